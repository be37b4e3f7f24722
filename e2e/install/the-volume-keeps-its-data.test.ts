import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Installation, installMissing, killWhileItWrites } from '../support/installed.ts'
import { sleep, until } from '../support/program.ts'
import { patience } from '../support/watched.ts'

const missing = installMissing()

let install: Installation
let folder = ''
let token = ''
let atFirst: ReadonlySet<string>

before(async () => {
  if (missing !== undefined) return
  folder = mkdtempSync(join(tmpdir(), 'volume-'))
  install = Installation.prepare('binnacle.yaml')
  for (const object of storageIn(folder)) install.cluster.apply(JSON.stringify(object))
  await sleep(3000) // what the cluster makes by itself is there
  atFirst = install.everything()
})

after(() => {
  if (missing !== undefined) return
  install[Symbol.dispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** A default StorageClass, as clusters with a provisioner have it, and a volume that belongs to root. */
function storageIn(path: string) {
  const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' }
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: ['node1'] }
  return [
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'local', annotations: isDefault },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'disk' },
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: 'local',
        local: { path },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
      },
    },
  ]
}

const kubectl = (...args: string[]) => install.cluster.kubectl(...args)

/** How many samples each job has in the two minutes before a moment. */
async function counts(time: number): Promise<Map<string, number>> {
  const result = await install.query(token, 'sum by (job) (count_over_time(up[2m]))', time)
  return new Map(result.map(({ metric, value }) => [metric.job, Number(value[1])]))
}

/** What is shown now: of a scrape that goes on, the sample may still come. By a while ago all are done. */
async function shown() {
  const now = Date.now() / 1000
  const settled = now - 30
  return { now, settled, ofNow: await counts(now), ofSettled: await counts(settled) }
}

/** After whatever happened, everything is there again: pods, new samples, and those of before, none of them twice. */
async function isBack({ now, settled, ofNow, ofSettled }: Awaited<ReturnType<typeof shown>>): Promise<void> {
  await install.ready(90)
  const back = Date.now() / 1000
  await until(90 * patience(), 'new samples of all jobs', async () => {
    const fresh = await install.query(token, `count by (job) (up == 1 and timestamp(up) > ${back})`)
    return ['node-exporter', 'kube-state-metrics', 'kubelet'].every((job) => fresh.some((it) => it.metric.job === job))
  })
  assert.deepEqual(await counts(settled), ofSettled)
  const after = await counts(now)
  for (const [job, count] of ofNow) assert.ok((after.get(job) ?? 0) >= count, `${job}: ${after.get(job)} of ${count}`)
}

/** Shows samples of now, does something, and expects them to be there afterwards. */
async function keeps(what: () => Promise<void> | void): Promise<void> {
  const before = await shown()
  assert.ok(before.ofNow.size > 2)
  await what()
  await isBack(before)
}

test('on a claim of the default StorageClass every pod is ready within a minute', { skip: missing }, async (t) => {
  install.apply()
  t.diagnostic(`ready after ${(await install.ready()).toFixed(0)} s`)
  assert.match(kubectl('get', 'pvc', '-n', 'binnacle', '--no-headers'), /data-binnacle-server-0 +Bound +disk /)
  assert.equal(statSync(folder).gid, 65_532, 'the volume was given to the group of the pod')
  assert.doesNotMatch(kubectl('logs', '-n', 'binnacle', 'binnacle-server-0'), /with the pod/)
  token = install.admin()
  await until(120 * patience(), 'samples of half a minute ago', async () => {
    const long = await install.query(token, 'up{job="kube-state-metrics"} offset 30s == 1')
    return long.length === 1
  })
})

test('a server that is killed while it writes has all that it has shown', { skip: missing }, async () => {
  for (let times = 1; times <= 2; times++) {
    await keeps(() => killWhileItWrites(install.processId('server')))
    assert.ok(install.restarts('server') >= times)
  }
})

test('an agent that is killed during a scrape is scraped again', { skip: missing }, async () => {
  const pid = install.processId('agent')
  await keeps(async () => {
    const { status } = install.cluster.get('pods', '-n', 'binnacle-agent').items?.[0] ?? {}
    const url = `http://${String(status?.podIP)}:9100/metrics`
    const over = new AbortController()
    const scrapes = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted) await install.cluster.onNodeLater('curl', '-sS', '-o', '/dev/null', url)
    })
    await sleep(1000)
    process.kill(pid, 'SIGKILL')
    over.abort()
    await Promise.allSettled(scrapes)
    await until(60, 'another process', async () => install.processId('agent') !== pid)
  })
})

test('a drain is not held up, and takes nothing from the volume', { skip: missing }, async () => {
  await keeps(async () => {
    kubectl('drain', 'node1', '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=100s')
    assert.doesNotMatch(install.pods('app.kubernetes.io/component=server'), /Running/)
    kubectl('uncordon', 'node1')
  })
})

test('an upgrade keeps the data', { skip: missing }, async () => {
  const next = ['docker.io/library/binnacle:0.1.0', 'docker.io/library/binnacle:next']
  const socket = install.cluster.file('containerd/containerd.sock')
  execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'tag', ...next])
  await keeps(async () => {
    install.apply((manifest) => manifest.replaceAll('binnacle:0.1.0', 'binnacle:next'))
    for (const what of ['statefulset/binnacle-server', 'deployment/binnacle-kube-state'])
      kubectl('rollout', 'status', what, '-n', 'binnacle', '--timeout=100s')
    assert.match(kubectl('get', 'pods', '-n', 'binnacle', '-o', 'yaml'), /image: (docker.io\/library\/)?binnacle:next/)
  })
})

test('the StatefulSet alone is removed and applied again: the claim is used again', { skip: missing }, async () => {
  await keeps(() => {
    kubectl('delete', 'statefulset', 'binnacle-server', '-n', 'binnacle')
    kubectl('wait', '--for=delete', 'pod/binnacle-server-0', '-n', 'binnacle', '--timeout=60s')
    install.apply()
  })
})

test(
  'what was applied is removed; a volume to be retained stays, and serves the next install',
  {
    skip: missing,
  },
  async () => {
    const before = await shown()
    kubectl('delete', '-f', install.manifest, '--timeout=90s')
    await install.nothingLeft(atFirst)
    assert.match(kubectl('get', 'pv', 'disk', '--no-headers'), / Retain +Released /)
    kubectl('patch', 'pv', 'disk', '-p', '{"spec":{"claimRef":null}}')
    install.apply()
    await isBack(before)
  },
)
