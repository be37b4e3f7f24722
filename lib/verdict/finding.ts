/** One thing that is wrong: a rule, what it is wrong with, and the numbers that show it (their units are in their names). */
export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly object: FindingObject
  readonly facts: Facts
  readonly sinceMs?: number
}

export type Severity = 'critical' | 'warning'

export interface FindingObject {
  readonly kind: 'machine' | 'disk' | 'filesystem' | 'interface' | 'container' | 'target'
  readonly name: string
  /** The machine it is on, where that is known. */
  readonly machine?: string
}

export type Facts = Readonly<Record<string, number | string>>

/** The sentence of a page, as a rule id with facts, and what needs a person, ranked. */
export interface VerdictReport {
  readonly verdict: { readonly id: 'all-fine' | 'needs-attention' | 'watch' | 'no-data'; readonly facts: Facts }
  /** At most five, one for each cause. */
  readonly needs: readonly Finding[]
  /** How many more there are. */
  readonly more: number
}
