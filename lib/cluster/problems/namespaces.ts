import type { ClusterProblem } from '../problem.ts'
import type { NamespaceRecord } from '../records.ts'
import { condition, type Context } from './context.ts'
import { objectOf } from './objects.ts'
import { clip } from './text.ts'
import { graceMs } from './thresholds.ts'

/** Namespaces that do not go away: which finalizer holds what, or which API cannot be asked. */
export function findStuckNamespaces(context: Context): ClusterProblem[] {
  return [...context.records.namespaces.values()].flatMap((namespace) => {
    if (namespace.deletedMs === 0 || !context.isOver(namespace.deletedMs, graceMs.namespace)) return []
    const object = objectOf({ kind: 'namespace', namespace: '', name: namespace.name })
    // Whoever may see only this namespace sees what is wrong with it.
    const scoped = { ...object, namespace: namespace.name }
    const facts = whyStuck(namespace)
    return [
      {
        rule: 'namespace-terminating',
        severity: 'warning' as const,
        object: scoped,
        facts,
        sinceMs: namespace.deletedMs,
      },
    ]
  })
}

/** What the namespace controller says of it. */
export function whyStuck(namespace: NamespaceRecord): Readonly<Record<string, string | number>> {
  const said = (type: string) => {
    const one = condition(namespace, type)
    return one?.status === 'True' ? one.message : ''
  }
  const discovery = said('NamespaceDeletionDiscoveryFailure')
  const own = [...namespace.specFinalizers, ...namespace.finalizers].filter((one) => one !== 'kubernetes')
  return {
    apiService: apiServiceOf(discovery),
    finalizers: clip(/finalizers remaining: ([^]*)$/.exec(said('NamespaceFinalizersRemaining'))?.[1] ?? ''),
    remaining: remainingIn(said('NamespaceContentRemaining')),
    ownFinalizers: own.join(', '),
    message: clip(said('NamespaceDeletionContentFailure') || (apiServiceOf(discovery) === '' ? discovery : '')),
  }
}

/** `metrics.k8s.io/v1beta1: the server is …` is of the APIService v1beta1.metrics.k8s.io. */
function apiServiceOf(message: string): string {
  const [, group, version] =
    /server APIs: ([\w.-]+)\/(v\w+): /.exec(message) ?? /([a-z][\w.-]*\.[\w.-]+)\/(v\d\w*)/.exec(message) ?? []
  return group === undefined ? '' : `${version}.${group}`
}

/** `widgets.example.com has 3 resource instances, pods. has 1 resource instances`, with the core group's dot left out. */
function remainingIn(message: string): string {
  const list = /resources are remaining: ([^]*)$/.exec(message)?.[1] ?? ''
  return clip(list.replaceAll(/([\w.-]+?)\.? has (\d+) resource instances?/g, '$2 $1'))
}
