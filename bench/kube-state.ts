import { join } from 'node:path'
import { root } from '../e2e/support/program.ts'
import { ApiServer, toolPath } from './api-server.ts'
import { fillCluster } from './kube-state-fill.ts'
import { measureKubeState, type Measured } from './kube-state-measure.ts'
import type { Row } from './row.ts'

/** The state of a large cluster: kube-state-metrics and ours, one after the other on the same API server. */
export async function benchKubeState(): Promise<Row[]> {
  const missing = ['etcd', 'kube-apiserver', 'kubectl'].filter((name) => toolPath(name) === undefined)
  if (missing.length > 0) {
    process.stdout.write(`kube-state: skipped, not built: ${missing.join(', ')} (e2e/cluster/cluster install)\n`)
    return []
  }
  const peer = toolPath('kube-state-metrics')
  if (peer === undefined) process.stdout.write('kube-state: without kube-state-metrics, which is not built\n')
  await using api = await ApiServer.start()
  await fillCluster(api)
  const theirs = peer === undefined ? undefined : await measureKubeState(api, peer, ['--enable-gzip-encoding=true'])
  const ours = await measureKubeState(api, process.execPath, [
    join(root, 'dist/release/binnacle.js'),
    'kube-state',
    '--log.level=warn',
  ])
  return rowsOf(ours, theirs)
}

function rowsOf(ours: Measured, theirs: Measured | undefined): Row[] {
  const figures: readonly [string, keyof Measured, number, number?][] = [
    ['time to the first complete answer, s', 'firstSeconds', 1, 1],
    ['peak memory, MiB', 'peakBytes', 2 ** -20, 0.6],
    ['settled memory, MiB', 'settledBytes', 2 ** -20, 0.6],
    ['CPU of a scrape as Prometheus asks (gzip), s', 'scrapeSeconds', 1, 0.5],
    ['CPU of a scrape without gzip, s', 'plainScrapeSeconds', 1],
    ['CPU under 50 updates/s, % of a core', 'updateShare', 100],
    ['CPU of the first scrape after 1500 updates, s', 'scrapeAfterUpdatesSeconds', 1],
  ]
  return figures.flatMap(([name, key, scale, bar]) => {
    const title = `kube-state: ${name}`
    // The bar is a share of what the peer took in this run.
    const limit = bar === undefined || theirs === undefined ? undefined : bar * theirs[key] * scale
    const own: Row = { name: title, who: 'binnacle', value: ours[key] * scale, limit }
    return theirs === undefined ? [own] : [own, { name: title, who: 'kube-state-metrics', value: theirs[key] * scale }]
  })
}
