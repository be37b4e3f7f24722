import type { Suite } from './suite.ts'

/** The suites that there are, each loaded when it runs. */
export const suites: readonly Suite[] = [
  lazily('node', async () => (await import('./node.ts')).run),
  lazily('containers', async () => (await import('./containers.ts')).run),
  lazily('primitives', async () => (await import('./primitives.ts')).run),
  lazily('exposition', async () => (await import('./exposition.ts')).run),
  lazily('kube-state', async () => (await import('./kube-state.ts')).run),
  lazily('kubernetes-sd', async () => (await import('./kubernetes-sd.ts')).run),
  lazily('relabel', async () => (await import('./relabel.ts')).run),
  lazily('promql', async () => (await import('./promql.ts')).run),
  lazily('promql-compliance', async () => (await import('./promql-compliance.ts')).run),
  lazily('tsdb', async () => (await import('./tsdb.ts')).run),
  lazily('resource-metrics', async () => (await import('./resource-metrics.ts')).run),
  lazily('heapster', async () => (await import('./heapster.ts')).run),
]

function lazily(name: string, load: () => Promise<Suite['run']>): Suite {
  return { name, run: async (folder, report) => (await load())(folder, report) }
}
