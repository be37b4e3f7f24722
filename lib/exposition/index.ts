export type { FamilyType, Metric, MetricFamily } from './family.ts'
