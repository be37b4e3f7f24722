import type { FigureSource, ListedObject, NodeFigures, PodFigures, Usage } from './figures.ts'
import { goDuration } from './go-duration.ts'
import { GROUP_VERSION, type MetricsResource } from './resources.ts'

/** A node or pod with its figures. */
export interface Measured {
  readonly resource: MetricsResource
  readonly object: ListedObject
  readonly figures: NodeFigures | PodFigures
}

/** The object with its figures; undefined while it has none. */
export function measured(resource: MetricsResource, object: ListedObject, source: FigureSource): Measured | undefined {
  const { namespace, name } = object
  const figures = resource.plural === 'nodes' ? source.node(name) : source.pod(namespace, name)
  return figures === undefined ? undefined : { resource, object, figures }
}

/** NodeMetrics or PodMetrics as kube-apiserver prints them; an item of a list has no kind of its own. */
export function metricsObject(one: Measured, nowMs: number, isItem: boolean): object {
  const { figures } = one
  const kind = isItem ? {} : { kind: one.resource.kind, apiVersion: GROUP_VERSION }
  const time = { timestamp: secondsText(figures.timestampMs), window: windowText(figures) }
  const use =
    'usage' in figures
      ? { usage: sorted(figures.usage) }
      : { containers: figures.containers.map(({ name, usage }) => ({ name, usage: sorted(usage) })) }
  return { ...kind, metadata: metadataOf(one.object, nowMs), ...time, ...use }
}

/** The metadata alone, as tables and lists of metadata have it. */
export function metadataOf({ name, namespace, labels }: ListedObject, nowMs: number): object {
  return {
    name,
    ...(namespace === '' ? {} : { namespace }),
    creationTimestamp: secondsText(nowMs),
    ...(Object.keys(labels).length === 0 ? {} : { labels: sorted(labels) }),
  }
}

/** The window as Go prints it. */
export function windowText({ windowNs }: { readonly windowNs: number }): string {
  return goDuration(BigInt(windowNs))
}

/** A pod whose containers all fell silent has the time zero, which the API prints as null. */
function secondsText(ms: number): string | null {
  return ms === 0 ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function sorted(record: Usage): Usage {
  const keys = Object.keys(record)
  return keys.length < 2 ? record : Object.fromEntries(keys.toSorted().map((key) => [key, record[key]]))
}
