import type { Family } from './family.ts'

type Head = Pick<Family<never>, 'name' | 'help' | 'type' | 'stability' | 'deprecatedSince'>

/** The HELP and TYPE lines of a family. The text format knows no info and no stateset: they are gauges there. */
export function familyHead(family: Head, openMetrics: boolean): string {
  const deprecated = family.deprecatedSince === undefined ? '' : `(Deprecated since ${family.deprecatedSince}) `
  const help = `${deprecated}${family.help}`.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)
  const mark = family.stability === 'STABLE' ? '[STABLE] ' : ''
  const isPlain = openMetrics || family.type === 'gauge' || family.type === 'counter'
  const type = isPlain ? family.type : 'gauge'
  return `# HELP ${family.name} ${mark}${help}\n# TYPE ${family.name} ${type}\n`
}
