import { ItemCutter } from './item-cutter.ts'
import { withoutManagedFields } from './managed-fields.ts'
import { parseBytes } from './object-reader.ts'

/**
 * What a list of pods costs, per object: cutting it out of its page, dropping managed fields, parsing; against parsing the
 * whole page at once: `node lib/kube/kube.bench.ts`.
 */
const PODS = 2000
const ROUNDS = 15

const page = Buffer.from(
  JSON.stringify({ metadata: { resourceVersion: '1' }, items: Array.from({ length: PODS }, podOf) }),
)
const chunks = Array.from({ length: Math.ceil(page.length / 65_536) }, (_, i) =>
  page.subarray(i * 65_536, (i + 1) * 65_536),
)

/** The size and shape of a pod that a Deployment made, with its managed fields. */
function podOf(_: unknown, i: number) {
  const fields = Object.fromEntries(Array.from({ length: 40 }, (_, k) => [`f:field${k}`, { 'f:a': {}, '.': {} }]))
  const container = {
    name: 'app',
    image: `registry.example.com/app:v${i}`,
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
    env: Array.from({ length: 10 }, (_, k) => ({ name: `V${k}`, value: `value ${k}` })),
  }
  return {
    metadata: {
      name: `app-7c9d8f6b5-${i}`,
      namespace: `ns-${i % 20}`,
      uid: `3f1e0c9a-0000-4000-8000-${String(i).padStart(12, '0')}`,
      resourceVersion: String(1000 + i),
      labels: { app: 'app', 'pod-template-hash': '7c9d8f6b5' },
      managedFields: [
        { manager: 'kube-controller-manager', operation: 'Update', fieldsV1: fields },
        { manager: 'kubelet', operation: 'Update', fieldsV1: fields },
      ],
    },
    spec: { containers: [container, { ...container, name: 'sidecar' }], nodeName: `node-${i % 500}` },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'app',
          ready: true,
          restartCount: 0,
          image: container.image,
          state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
        },
      ],
    },
  }
}

function cut(each: (item: Uint8Array) => void): void {
  const cutter = new ItemCutter()
  for (const chunk of chunks) {
    cutter.push(chunk)
    while (cutter.next()) each(cutter.item)
  }
}

function microsecondsPerPod(run: () => void): string {
  const times = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now()
    run()
    return performance.now() - begin
  }).sort((a, b) => a - b)
  return ((times[ROUNDS >> 1] * 1000) / PODS).toFixed(2).padStart(7)
}

console.log(`${PODS} pods, ${(page.length / PODS / 1000).toFixed(1)} kB each; µs per pod, median of ${ROUNDS}`)
console.log(`${microsecondsPerPod(() => cut(() => undefined))}  cut out of the page`)
console.log(`${microsecondsPerPod(() => cut((item) => withoutManagedFields(item)))}  and managed fields dropped`)
console.log(`${microsecondsPerPod(() => cut((item) => parseBytes(item)))}  and parsed`)
console.log(
  `${microsecondsPerPod(() => cut((item) => JSON.parse(Buffer.from(item).toString('utf8'))))}  cut and parsed with managed fields`,
)
console.log(`${microsecondsPerPod(() => JSON.parse(page.toString('utf8')))}  the page parsed at once`)
