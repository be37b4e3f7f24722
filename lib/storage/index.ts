export { JoinedQuerier } from './joined-querier.ts'
export { limited } from './limited.ts'
export { everything, onlyNamespaces, scopeKey, seesAnything, seesCluster, seesNamespace } from './scope.ts'
export type { EverythingScope, NamespacesScope, Scope } from './scope.ts'
export type {
  Cancellation,
  Claim,
  ColumnBatch,
  LabelTable,
  Querier,
  Queryable,
  SelectRequest,
  SeriesBatch,
  SeriesRequest,
} from './querier.ts'
export type { Appender, Refusal, SampleGroup, SeriesRef } from './appender.ts'
