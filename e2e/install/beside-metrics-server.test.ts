import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { peerApiService } from '../support/aggregated.ts'
import { Installation, installMissing } from '../support/installed.ts'
import { sleep, until } from '../support/program.ts'
import { toolPath } from '../support/tools.ts'
import { patience } from '../support/watched.ts'

const peer = toolPath('metrics-server')
const missing =
  installMissing() ??
  (peer === undefined ? 'metrics-server is not built: scripts/peers install metrics-server' : undefined)

const PORT = 4443

let install: Installation
let metricsServer: ChildProcess | undefined
let folder = ''

before(async () => {
  if (missing !== undefined || peer === undefined) return
  install = Installation.prepare('binnacle-novolume.yaml')
  folder = mkdtempSync(join(tmpdir(), 'peer-'))
  metricsServer = startPeer(peer)
  for (const object of peerObjects()) install.cluster.apply(JSON.stringify(object))
  await until(90 * patience(), 'metrics-server answers', async () => kubectl('top', 'nodes').includes('node1'))
})

after(() => {
  metricsServer?.kill()
  if (folder !== '') rmSync(folder, { recursive: true })
  if (missing === undefined) install[Symbol.dispose]()
})

const kubectl = (...args: string[]) => install.cluster.kubectl(...args)

/** The real one, on the node's network as a process: its binary asks for a libc that the test's image has not. */
function startPeer(program: string): ChildProcess {
  const { cluster } = install
  const review = ['authentication', 'authorization'].map((what) => `--${what}-kubeconfig=${cluster.kubeconfig}`)
  const flags = [
    `--kubeconfig=${cluster.kubeconfig}`,
    ...review,
    `--cert-dir=${folder}`,
    `--bind-address=${cluster.nodeIp}`,
    `--secure-port=${PORT}`,
    '--kubelet-insecure-tls',
    '--kubelet-preferred-address-types=InternalIP',
    '--metric-resolution=10s',
    '--kubelet-request-timeout=5s',
  ]
  return spawn('nsenter', [`--net=/var/run/netns/${cluster.netns}`, program, ...flags], {
    stdio: 'ignore',
  })
}

/** Its Service, where that leads, and the APIService of its manifest. */
function peerObjects() {
  const labels = { 'k8s-app': 'metrics-server' }
  const metadata = { name: 'metrics-server', namespace: 'kube-system', labels }
  const port = { name: 'https', port: PORT }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ ...port, port: 443, targetPort: PORT }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'metrics-server' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [install.cluster.nodeIp], conditions: { ready: true } }],
      ports: [port],
    },
    peerApiService,
  ]
}

/** Runs `kubectl top` again and again, and tells what it said when it failed and for how long at most it did. */
class Watch {
  readonly failures: string[] = []
  asked = 0
  longestMs = 0
  #isOver = false
  readonly #done: Promise<void>

  constructor() {
    this.#done = this.#run()
  }

  async #run(): Promise<void> {
    let lastGood = Date.now()
    let isFailing = false
    while (!this.#isOver) {
      this.asked++
      try {
        await later('top', 'nodes')
        if (isFailing) this.longestMs = Math.max(this.longestMs, Date.now() - lastGood)
        isFailing = false
        lastGood = Date.now()
      } catch (error) {
        this.failures.push((error as Error).message)
        isFailing = true
      }
      await sleep(200)
    }
  }

  async end(): Promise<this> {
    this.#isOver = true
    await this.#done
    return this
  }
}

/** kubectl without stopping this thread: the watch goes on. */
async function later(...args: string[]): Promise<string> {
  return (await promisify(execFile)(...install.cluster.kubectlCommand(...args))).stdout
}

const logs = () => kubectl('logs', '-n', 'binnacle', 'deployment/binnacle-metrics-api')

test('installed beside metrics-server and removed again: kubectl top never stops', { skip: missing }, async (t) => {
  const watch = new Watch()
  install.apply()
  await install.ready()
  await until(60 * patience(), 'it stands by and says for whom', async () =>
    logs().includes('kube-system/metrics-server'),
  )
  await sleep(10_000)
  await later('delete', '-f', install.manifest, '--timeout=90s')
  await sleep(5000)
  const { failures, asked } = await watch.end()
  t.diagnostic(`asked ${asked} times`)
  assert.deepEqual(failures, [])
  assert.ok(asked > 20)
  const { spec } = install.cluster.get('apiservice', 'v1beta1.metrics.k8s.io')
  assert.equal((spec as { service: { name: string } }).service.name, 'metrics-server')
})

test('metrics-server is removed: ours answers after a short while', { skip: missing }, async (t) => {
  install.apply()
  await install.ready()
  await until(60 * patience(), 'it stands by', async () => logs().includes('kube-system/metrics-server'))
  await sleep(15_000)
  const watch = new Watch()
  await sleep(2000)
  metricsServer?.kill()
  kubectl('delete', 'apiservice', 'v1beta1.metrics.k8s.io')
  kubectl('delete', 'service', 'metrics-server', '-n', 'kube-system')
  await until(30 * patience(), 'ours is asked', async () => {
    const { spec } = install.cluster.get('apiservice', 'v1beta1.metrics.k8s.io')
    return (spec as { service: { name: string } }).service.name === 'binnacle-metrics-api'
  })
  await sleep(15_000)
  const { longestMs, asked } = await watch.end()
  t.diagnostic(`asked ${asked} times; without an answer for ${(longestMs / 1000).toFixed(1)} s`)
  assert.match(kubectl('top', 'nodes'), /node1/)
  assert.ok(longestMs < 15_000 * patience())
})

test('two replicas and a rollout: kubectl top never stops', { skip: missing }, async (t) => {
  const rolledOut = () =>
    later('rollout', 'status', 'deployment/binnacle-metrics-api', '-n', 'binnacle', '--timeout=150s')
  kubectl('scale', 'deployment/binnacle-metrics-api', '-n', 'binnacle', '--replicas=2')
  await rolledOut()
  await sleep(2000)
  const watch = new Watch()
  kubectl('rollout', 'restart', 'deployment/binnacle-metrics-api', '-n', 'binnacle')
  await rolledOut()
  await sleep(5000)
  const { failures, asked } = await watch.end()
  t.diagnostic(`asked ${asked} times`)
  assert.deepEqual(failures, [])
})
