import { ClusterModel } from './model.ts'
import { podJson } from './testdata/pod-json.ts'

/** How much memory a pod takes, and how long it takes to keep one: `node --expose-gc lib/cluster/model.bench.ts`. */
const PODS = 10_000

const model = new ClusterModel()
const pods = model.sinks().find(({ resource }) => resource === 'pods')?.sink
globalThis.gc?.()
const before = process.memoryUsage().heapUsed
let ms = 0
for (let i = 0; i < PODS; i++) {
  // As it stands in a watch: a part of a longer text.
  const text = `{"type":"ADDED","object":${podJson(i)}}`
  const { object } = JSON.parse(text) as { object: { metadata: { name: string } } }
  const began = performance.now()
  pods?.upsert(object)
  ms += performance.now() - began
}
globalThis.gc?.()
const bytes = (process.memoryUsage().heapUsed - before) / PODS
process.stdout.write(
  `${model.records.pods.size} pods: ${bytes.toFixed(0)} bytes each, ${((ms * 1000) / PODS).toFixed(1)} µs to keep\n`,
)
