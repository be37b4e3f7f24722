import type { ClusterObject } from './common-record.ts'
import { at, fields, number, text, time } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { EventRecord } from './records.ts'

/** The record of an Event, of the core group or of events.k8s.io. */
export function eventRecord(event: ClusterObject, keep: Keeper): EventRecord {
  const { involvedObject, regarding, message, note, reason, source, reportingComponent, reportingController } =
    fields(event)
  const component = text(at(source, 'component')) || text(reportingComponent) || text(reportingController)
  return {
    namespace: keep.name(at(event, 'metadata', 'namespace')),
    name: keep.text(at(event, 'metadata', 'name')),
    uid: keep.text(at(event, 'metadata', 'uid')),
    object: objectOf(involvedObject ?? regarding, keep),
    reason: keep.name(reason),
    message: keep.message(message ?? note),
    ...countOf(event),
    source: keep.name(component),
  }
}

function objectOf(reference: unknown, keep: Keeper): EventRecord['object'] {
  const { kind, namespace, name, uid, fieldPath } = fields(reference)
  return {
    kind: keep.name(kind),
    namespace: keep.name(namespace),
    name: keep.name(name),
    uid: keep.name(uid),
    fieldPath: keep.name(fieldPath),
  }
}

/** How often and when: a series counts before the older fields. */
function countOf(event: ClusterObject): Pick<EventRecord, 'count' | 'firstMs' | 'lastMs'> {
  const all = fields(event)
  const createdMs = time(at(event, 'metadata', 'creationTimestamp'))
  const eventMs = time(all.eventTime)
  const firstMs = time(all.firstTimestamp) || time(all.deprecatedFirstTimestamp) || eventMs || createdMs
  const lastMs =
    time(at(all.series, 'lastObservedTime')) ||
    time(all.lastTimestamp) ||
    time(all.deprecatedLastTimestamp) ||
    Math.max(eventMs, firstMs)
  const count = number(at(all.series, 'count')) || number(all.count) || number(all.deprecatedCount) || 1
  return { count, firstMs, lastMs }
}
