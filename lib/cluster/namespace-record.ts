import { type ClusterObject, commonOf, conditionsOf } from './common-record.ts'
import { at } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { NamespaceRecord } from './records.ts'

/** The record of a Namespace. */
export function namespaceRecord(namespace: ClusterObject, keep: Keeper): NamespaceRecord {
  return {
    ...commonOf(namespace, keep),
    phase: keep.name(at(namespace, 'status', 'phase')),
    conditions: conditionsOf(namespace, keep),
    specFinalizers: keep.names(at(namespace, 'spec', 'finalizers')),
  }
}
