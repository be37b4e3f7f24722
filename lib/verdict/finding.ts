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
  /**
   * Of a machine: machine, disk, filesystem, interface, container or target. Of a cluster: cluster, node, namespace,
   * apiservice, pod, claim, volume, service, autoscaler, or the kind of a workload in lower case, such as deployment.
   */
  readonly kind: string
  /** Of a cluster `namespace/name`, or the name of what has no namespace. */
  readonly name: string
  /** The machine it is on, where that is known. */
  readonly machine?: string
  readonly namespace?: string
  /** A pod that shows what is wrong with its workload. */
  readonly pod?: string
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

/** All findings, for a page that lists them; so many that no one reads further are counted only. */
export interface FindingList {
  readonly verdict: VerdictReport['verdict']
  readonly findings: readonly Finding[]
  readonly more: number
}
