import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Who listens on a TCP port of this machine: `node (pid 4711)`; undefined where /proc does not tell. */
export function portOwner(port: number): string | undefined {
  try {
    const inodes = new Set(['tcp', 'tcp6'].flatMap((file) => listeningInodes(file, port)))
    const pid = pidOf(inodes)
    return pid === undefined ? undefined : `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`
  } catch {
    return undefined // no /proc, or the owner has just gone: the message then names the port alone
  }
}

/** Inodes of the listening sockets (state 0A) on a port. */
function listeningInodes(file: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync(`/proc/net/${file}`, 'latin1')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === '0A')
    .map((fields) => fields[9])
}

function pidOf(inodes: ReadonlySet<string>): string | undefined {
  const links = new Set([...inodes].map((inode) => `socket:[${inode}]`))
  return readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && openLinks(pid).some((link) => links.has(link)))
}

function openLinks(pid: string): string[] {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).map((fd) => linkOf(`${folder}/${fd}`))
  } catch {
    return [] // not ours to read, or gone
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // closed since the folder was listed
  }
}
