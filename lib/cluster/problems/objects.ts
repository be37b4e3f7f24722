import type { ProblemObject } from '../problem.ts'
import type { PodRecord } from '../records.ts'
import type { Context, Workload } from './context.ts'
import { mostPods } from './thresholds.ts'

/** Whether as many pods as are wanted serve all the same, as when only a new revision fails. */
export function serves({ kind, namespace, name }: Workload, { records }: Context): boolean {
  const record = records.workloads.get(`${kind}/${namespace}/${name}`)
  return record !== undefined && record.desired > 0 && record.available >= record.desired
}

/** An object as problems name it; of a workload, with a pod that shows what is wrong. */
export function objectOf(
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
  example?: PodRecord,
): ProblemObject {
  return {
    kind: kind.toLowerCase(),
    name: namespace === '' ? name : `${namespace}/${name}`,
    namespace,
    ...(example === undefined || kind === 'node' ? {} : { pod: example.name }),
  }
}

/** Names of pods as a problem carries them. */
export function namesOf(pods: readonly PodRecord[]): string[] {
  return pods.slice(0, mostPods).map((pod) => `${pod.namespace}/${pod.name}`)
}
