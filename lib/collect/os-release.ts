import { NoDataError, type Collector } from './collector.ts'
import { Families } from './families.ts'
import { linesOf, readTextIfThere } from './read.ts'

const labelNames = [
  'build_id',
  'id',
  'id_like',
  'image_id',
  'image_version',
  'name',
  'pretty_name',
  'variant',
  'variant_id',
  'version',
  'version_codename',
  'version_id',
] as const

const INFO_HELP = `A metric with a constant '1' value labeled by ${labelNames.join(', ')}.`

/** The distribution, from os-release. */
export const osRelease: Collector = {
  name: 'os',
  description: 'Expose OS release info from `/etc/os-release` or `/usr/lib/os-release`',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const root = context.rootfs === '/' ? '' : context.rootfs
    const text = readTextIfThere(`${root}/etc/os-release`) ?? readTextIfThere(`${root}/usr/lib/os-release`)
    if (text === undefined) throw new NoDataError('no os-release file')
    return familiesOf(parseOsRelease(text))
  },
}

function familiesOf(fields: ReadonlyMap<string, string>): ReturnType<Families['done']> {
  const families = new Families()
  const field = (name: string) => fields.get(name.toUpperCase()) ?? ''
  families.gauge(
    'node_os_info',
    INFO_HELP,
    1,
    labelNames.flatMap((name) => [name, field(name)]),
  )
  const version = /^\d+\.?\d*/.exec(field('version_id'))
  if (version !== null && Number(version[0]) > 0) {
    const labels = ['id', 'id_like', 'name'].flatMap((name) => [name, field(name)])
    families.gauge(
      'node_os_version',
      'Metric containing the major.minor part of the OS version.',
      Number(version[0]),
      labels,
    )
  }
  const end = Date.parse(field('support_end'))
  if (!Number.isNaN(end)) {
    families.gauge(
      'node_os_support_end_timestamp_seconds',
      'Metric containing the end-of-life date timestamp of the OS.',
      end / 1000,
    )
  }
  return families.done()
}

/** `NAME=value` lines, the value in quotes of either kind or none. */
export function parseOsRelease(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of linesOf(text)) {
    const match = /^\s*([A-Z_0-9]+)=(.*?)\s*$/.exec(line)
    if (match !== null) fields.set(match[1], unquote(match[2]))
  }
  return fields
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value)
  if (quoted === null) return value
  return quoted[1] === '"' ? quoted[2].replace(/\\(["$`\\])/g, '$1') : quoted[2]
}
