import type { EventRecord } from './records.ts'
import type { EventView } from './views.ts'

/** A Warning event as pages have it: by the object that it is about. */
export function eventView(key: string, event: EventRecord): EventView {
  const { object } = event
  return {
    key,
    namespace: object.namespace,
    kind: object.kind,
    name: object.name,
    container: /\{([^{}]+)\}$/.exec(object.fieldPath)?.[1] ?? '',
    reason: event.reason,
    message: event.message,
    count: event.count,
    firstMs: event.firstMs,
    lastMs: event.lastMs,
  }
}

/** An event about what has no namespace is stored in one, `default`, and yet only who may see the cluster itself sees it. */
export function namespaceOfEvent({ object, namespace }: EventRecord): string {
  return object.namespace === namespace ? namespace : ''
}
