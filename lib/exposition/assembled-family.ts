import type { FamilyType, MetricExemplar } from './family.ts'

/** A family as client libraries hold it: summaries and histograms whole, each an entry. */
export interface AssembledFamily {
  readonly name: string
  readonly help: string
  readonly type: FamilyType
  readonly unit?: string
  readonly metrics: readonly AssembledMetric[]
}

/** One metric with its own labels: name, value, name, value … */
export interface AssembledMetric {
  readonly labels: readonly string[]
  readonly timestampMs?: number
  readonly value: AssembledValue
}

/** What a metric holds; it has to be what the family's type says. */
export type AssembledValue = AssembledNumber | AssembledSummary | AssembledHistogram

export interface AssembledNumber {
  readonly kind: 'counter' | 'gauge' | 'unknown'
  readonly value: number
  readonly exemplar?: MetricExemplar
  /** When the counter began. */
  readonly createdSeconds?: number
}

export interface AssembledSummary {
  readonly kind: 'summary'
  readonly count?: number
  readonly sum?: number
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[]
  readonly createdSeconds?: number
}

export interface AssembledHistogram {
  readonly kind: 'histogram'
  /** Whether some count is no whole number. */
  readonly isFloat: boolean
  readonly count?: number
  readonly sum?: number
  /** Counts are of all observations up to the bound. */
  readonly buckets: readonly { readonly bound: number; readonly count: number; readonly exemplar?: MetricExemplar }[]
  readonly createdSeconds?: number
}
