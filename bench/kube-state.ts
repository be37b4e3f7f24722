import { join } from 'node:path'
import { root } from '../e2e/support/program.ts'
import { toolPath } from '../e2e/support/tools.ts'
import { ApiServer } from './api-server.ts'
import { fillCluster } from './kube-state-fill.ts'
import { measureKubeState, type Measured } from './kube-state-measure.ts'
import { MemoryLimit } from './memory-limit.ts'
import type { Row } from './row.ts'

/** What a pod of kube-state may take: deploy/objects/kube-state.ts. */
const LIMIT_BYTES = 512 * 2 ** 20

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
  using limit = MemoryLimit.create('binnacle-bench', LIMIT_BYTES)
  if (limit === undefined)
    process.stdout.write('kube-state: outside any limit of memory, as no control group could be made here\n')
  const args = [join(root, 'dist/release/binnacle.js'), 'kube-state', '--log.level=warn']
  const ours = await measureKubeState(api, process.execPath, args, limit)
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
  const limited: Row = {
    name: 'kube-state: peak of its control group of 512 MiB, page cache included, MiB',
    who: 'binnacle',
    value: ours.groupPeakBytes * 2 ** -20,
    limit: 512,
  }
  const compared = figures.flatMap(([name, key, scale, bar]) => {
    const title = `kube-state: ${name}`
    // The bar is a share of what the peer took in this run.
    const limit = bar === undefined || theirs === undefined ? undefined : bar * theirs[key] * scale
    const own: Row = { name: title, who: 'binnacle', value: ours[key] * scale, limit }
    return theirs === undefined ? [own] : [own, { name: title, who: 'kube-state-metrics', value: theirs[key] * scale }]
  })
  return ours.groupPeakBytes === 0 ? compared : [...compared, limited]
}
