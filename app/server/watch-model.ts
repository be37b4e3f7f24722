import type { ClusterModel } from '#lib/cluster'
import type { Subscribe } from '#lib/discovery'
import { resourceName, resources } from '#lib/kube'
import { bug } from '#lib/run'

/**
 * Lists and watches what the model of a cluster wants to be told of; and definitions, since while someone watches those,
 * kinds that come later are noticed: those of the Prometheus operator above all.
 */
export function watchModel(model: ClusterModel, subscribe: Subscribe): Disposable {
  const stack = new DisposableStack()
  const byName = new Map(Object.values(resources).map((resource) => [resourceName(resource), resource]))
  for (const { resource, fieldSelector, sink } of model.sinks()) {
    const known = byName.get(resource) ?? bug(`no resource ${resource}`)
    stack.use(subscribe({ resource: known, ...(fieldSelector === undefined ? {} : { fieldSelector }) }, sink))
  }
  const nothing = () => undefined
  stack.use(subscribe({ resource: resources.customresourcedefinitions }, { upsert: nothing, remove: nothing }))
  return stack
}
