import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseNetDev, specV1, specV2, statsV1, statsV2 } from '#lib/cgroup'
import { containerFamilies } from '#lib/collect'

import type { MetricFamily } from '#lib/exposition'
import type { Report } from './suite.ts'

interface Captured {
  readonly files: Readonly<Record<string, string>>
  readonly proc?: Readonly<Record<string, string>>
  readonly want: Readonly<Record<string, number | string>>
}

/** Whole containers: their files, and the values that these must give. */
export function containerUsage(folder: string, report: Report): void {
  for (const [name, version] of [
    ['capture-cgroup1-docker', 1],
    ['synthetic-cgroup2', 2],
  ] as const) {
    const captured = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Captured
    const actual = valuesOf(captured, version)
    for (const [series, want] of Object.entries(captured.want)) {
      const id = `${name}/${series}`
      const got = actual.get(series)
      if (got === Number(want)) report.pass(id)
      else if (got === undefined && isNotBuilt(series)) report.skip(id, 'not among the metrics built')
      else report.fail(id, want, got)
    }
  }
}

function isNotBuilt(series: string): boolean {
  return series.includes('cpu="cpu') || series.startsWith('container_processes')
}

function valuesOf({ files, proc }: Captured, version: 1 | 2): Map<string, number> {
  const read = (controller: string, file: string) => files[version === 1 ? `${controller}/${file}` : file]
  const stats = version === 1 ? statsV1(read) : statsV2(read)
  const spec = version === 1 ? specV1(read) : specV2(read)
  return flat(
    containerFamilies([], stats, spec, parseNetDev(proc?.['net/dev'] ?? ''), (major, minor) => `${major}:${minor}`),
  )
}

function flat(families: readonly MetricFamily[]): Map<string, number> {
  const values = new Map<string, number>()
  for (const { name, metrics } of families) {
    for (const { labels, value } of metrics) values.set(name + labelText(labels), Number(value))
  }
  return values
}

/** As the cases write labels: a device alone has no name. */
function labelText(labels: readonly string[]): string {
  if (labels.length === 0) return ''
  if (labels[0] === 'device') return `{${labels[1]}}`
  const pairs: string[] = []
  for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}="${labels[i + 1]}"`)
  return `{${pairs.join(',')}}`
}
