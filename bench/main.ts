/**
 * `npm run bench [-- --seconds N --minutes M --rounds R] [ROW…]`: measures the release bundle and every peer found on the machine in
 * one run and prints ratios: absolute times mean little on a shared machine. ROW: storage, ingest, blocks, first-chart,
 * kube-state, metrics-api, promql, footprint.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchBlocks } from './blocks.ts'
import { benchIngest, benchStorage } from './ingest.ts'
import { benchKubeState } from './kube-state.ts'
import { benchMetricsApi } from './metrics-api.ts'
import { benchPromql } from './promql.ts'
import { formatRows, type Row } from './row.ts'
import { benchFirstChart, benchFootprint } from './up.ts'

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '10' },
    record: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

/** Run by `storage` as well. */
const partsOfStorage = new Set(['ingest', 'blocks'])

const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  storage: () => benchStorage(Number(values.seconds)),
  ingest: () => benchIngest(Number(values.seconds)),
  blocks: benchBlocks,
  'first-chart': benchFirstChart,
  'kube-state': benchKubeState,
  'metrics-api': benchMetricsApi,
  promql: () => benchPromql(Number(values.rounds)),
  footprint: () => benchFootprint(Number(values.minutes)),
}

const root = join(import.meta.dirname, '..')
execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'ignore', cwd: root })
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: root }).trim()
const head = [
  `machine  ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}`,
  `node     ${process.versions.node}`,
  `commit   ${commit}`,
  `command  npm run bench -- ${process.argv.slice(2).join(' ')}`,
].join('\n')
process.stdout.write(`${head}\n\n`)
const rows: Row[] = []
const all = Object.keys(benches).filter((name) => !partsOfStorage.has(name))
for (const name of positionals.length > 0 ? positionals : all) {
  const bench = benches[name]
  if (!bench) throw new Error(`no row ${name}: one of ${Object.keys(benches).join(', ')}`)
  const found = await bench()
  rows.push(...found)
  process.stdout.write(formatRows(found))
}
if (values.record)
  writeFileSync(
    join(root, 'bench/results', `${new Date().toISOString().slice(0, 10)}-${commit}.txt`),
    `${head}\n\n${formatRows(rows)}`,
  )
if (rows.some((row) => row.limit !== undefined && row.value > row.limit)) process.exitCode = 1
