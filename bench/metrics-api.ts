import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, root } from '../e2e/support/program.ts'
import { toolPath } from '../e2e/support/tools.ts'
import { ApiServer } from './api-server.ts'
import { KubeletFleet } from './kubelet-fleet.ts'
import { fillNodesAndPods } from './metrics-api-fill.ts'
import { type MeasuredCycles, measureCycles } from './metrics-api-measure.ts'
import type { Row } from './row.ts'

const KUBELETS = 5000
const PODS_EACH = 30
const CYCLE_LIMIT_SECONDS = 15
/** What the API server knows its user by, shown to kubelets as well. */
const TOKEN = 'bench'

/** The kubelets of a large cluster: metrics-server and ours, one after the other on the same kubelets and API server. */
export async function benchMetricsApi(): Promise<Row[]> {
  const missing = ['etcd', 'kube-apiserver', 'kubectl'].filter((name) => toolPath(name) === undefined)
  if (missing.length > 0) {
    process.stdout.write(`metrics-api: skipped, not built: ${missing.join(', ')} (e2e/cluster/cluster install)\n`)
    return []
  }
  const peer = toolPath('metrics-server')
  if (peer === undefined) process.stdout.write('metrics-api: without metrics-server, which is not built\n')
  await using fleet = await KubeletFleet.start(KUBELETS, PODS_EACH, TOKEN)
  await using api = await ApiServer.start()
  await fillNodesAndPods(api, KUBELETS, PODS_EACH, fleet.port)
  const measure = (program: string, args: readonly string[]) => measureCycles(fleet, KUBELETS, program, args)
  const flags = await flagsOf(api, fleet)
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-bench-'))
  try {
    const theirs = peer === undefined ? undefined : await measure(peer, [...flags, ...peerFlags(api, folder)])
    const ours = await measure(process.execPath, [
      join(root, 'dist/release/binnacle.js'),
      'metrics-api',
      ...flags,
      `--telemetry-address=127.0.0.1:${await freePort()}`,
      '--log.level=warn',
    ])
    return rowsOf(ours, theirs)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Those that both have. */
async function flagsOf(api: ApiServer, fleet: KubeletFleet): Promise<string[]> {
  return [
    `--kubeconfig=${api.kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${await freePort()}`,
    '--metric-resolution=15s',
    '--kubelet-use-node-status-port',
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-certificate-authority=${fleet.caFile}`,
  ]
}

function peerFlags(api: ApiServer, folder: string): string[] {
  return [
    `--authentication-kubeconfig=${api.kubeconfig}`,
    `--authorization-kubeconfig=${api.kubeconfig}`,
    '--authentication-skip-lookup',
    `--cert-dir=${folder}`,
  ]
}

function rowsOf(ours: MeasuredCycles, theirs: MeasuredCycles | undefined): Row[] {
  const figures: readonly [string, keyof MeasuredCycles, number, 'cycle' | 'peer' | undefined][] = [
    ['first cycle, s', 'firstSeconds', 1, 'cycle'],
    ['a cycle over kept connections, s', 'keptSeconds', 1, 'cycle'],
    ['CPU until the first cycle is over, s', 'firstCpuSeconds', 1, undefined],
    ['CPU of a cycle over kept connections, s', 'keptCpuSeconds', 1, undefined],
    ['connections made after the first cycle', 'madeAnew', 1, undefined],
    ['peak memory, MiB', 'peakBytes', 2 ** -20, 'peer'],
    ['settled memory, MiB', 'settledBytes', 2 ** -20, 'peer'],
  ]
  return figures.flatMap(([name, key, scale, bar]) => {
    const title = `metrics-api: ${name}`
    const limit = bar === 'cycle' ? CYCLE_LIMIT_SECONDS : bar === 'peer' && theirs ? theirs[key] * scale : undefined
    const own: Row = { name: title, who: 'binnacle', value: ours[key] * scale, limit }
    return theirs === undefined ? [own] : [own, { name: title, who: 'metrics-server', value: theirs[key] * scale }]
  })
}
