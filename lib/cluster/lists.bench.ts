/** What it costs to keep the lists of 10,000 pods and to tell what has changed in them: `node lib/cluster/lists.bench.ts`. */
import { everything } from '#lib/storage'
import { ClusterLists, clusterListNames } from './cluster-lists.ts'
import { ClusterModel } from './model.ts'
import { podJson } from './testdata/pod-json.ts'

const PODS = 10_000
const CHANGED = 750

const model = new ClusterModel()
const pods = model.sinks().find(({ resource }) => resource === 'pods')?.sink
const tell = (i: number, restarts: number) =>
  pods?.upsert(JSON.parse(podJson(i).replace('"restartCount":0', `"restartCount":${restarts}`)) as never)
for (let i = 0; i < PODS; i++) tell(i, 0)

const lists = new ClusterLists(model)
const timed = (what: string, run: () => unknown) => {
  const began = process.threadCpuUsage()
  const answer = run()
  const used = process.threadCpuUsage(began)
  const length = JSON.stringify(answer)?.length ?? 0
  const ms = (used.user + used.system) / 1000
  process.stdout.write(`${what.padEnd(28)} ${ms.toFixed(1)} ms CPU, ${length} bytes of JSON\n`)
}
let nowMs = Date.UTC(2026, 10, 25)
const versions = new Map<string, number>()
for (const name of clusterListNames) {
  timed(`${name}, whole`, () => {
    const whole = lists.whole(name, everything, nowMs)
    versions.set(name, whole.version)
    return whole
  })
}
for (let round = 1; round <= 5; round++) {
  nowMs += 15_000
  for (let i = 0; i < CHANGED; i++) tell((i * 13 + round) % PODS, round)
  for (const name of ['pods', 'containers', 'namespaces'] as const) {
    timed(`${name}, ${CHANGED} pods changed`, () => {
      const changes = lists.since(name, everything, versions.get(name) ?? 0, nowMs)
      versions.set(name, changes?.version ?? 0)
      return changes
    })
  }
}
