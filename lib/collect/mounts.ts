import { linesOf, readText, readTextIfThere } from './read.ts'

/** A mount as mountinfo shows it. */
export interface Mount {
  readonly device: string
  readonly type: string
  /** As the machine sees it: without the prefix of `--path.rootfs`. */
  readonly mountPoint: string
  /** Where this process reaches it. */
  readonly path: string
  readonly major: string
  readonly minor: string
  readonly isReadOnly: boolean
}

/** The mounts of the machine's first process, or our own where that cannot be read. */
export function readMounts(procfs: string, rootfs: string): Mount[] {
  const text = readFirstProcess(procfs) ?? readText(`${procfs}/self/mountinfo`)
  return linesOf(text).flatMap((line) => parseMount(line, rootfs) ?? [])
}

function readFirstProcess(procfs: string): string | undefined {
  try {
    return readTextIfThere(`${procfs}/1/mountinfo`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined
    throw error
  }
}

/** `29 1 259:2 / /mnt rw,relatime shared:1 - ext4 /dev/dm-2 rw`: any number of fields stand before the dash. */
function parseMount(line: string, rootfs: string): Mount | undefined {
  const words = line.split(' ')
  const dash = words.indexOf('-', 6)
  if (dash < 0) return undefined
  const [major, minor] = words[2].split(':')
  const mountPoint = withoutPrefix(unescaped(words[4]), rootfs)
  const options = [...words[5].split(','), ...(words[dash + 3] ?? '').split(',')]
  return {
    device: unescaped(words[dash + 2]),
    type: words[dash + 1],
    mountPoint,
    path: rootfs === '/' ? mountPoint : `${rootfs}${mountPoint}`,
    major,
    minor,
    isReadOnly: options.includes('ro'),
  }
}

/** Blank, tab, newline and backslash stand as octal numbers. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

function withoutPrefix(path: string, rootfs: string): string {
  if (rootfs === '/' || !path.startsWith(rootfs)) return path
  return path.slice(rootfs.length) || '/'
}
