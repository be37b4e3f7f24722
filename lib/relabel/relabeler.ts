import { Labels } from '#lib/model'
import type { NameValidation, RelabelConfig } from './config.ts'
import { type LabelRecord, LabelSet } from './label-set.ts'
import { compileRule, type Rule, sourceValue } from './rule.ts'

/** What one rule did to a label set. */
export interface TraceStep {
  readonly index: number
  readonly rule: RelabelConfig
  /** The values of its source labels, joined. */
  readonly value: string
  /** The labels that it changed, from what to what; '' is absent. */
  readonly changes: Readonly<Record<string, readonly [before: string, after: string]>>
  readonly isKept: boolean
}

/** What all rules did, up to the one that dropped the set. */
export interface Trace {
  readonly steps: readonly TraceStep[]
  /** Undefined where it was dropped. */
  readonly labels: LabelRecord | undefined
  /** The place of the rule that dropped it, or -1. */
  readonly droppedBy: number
}

/** Runs the rules of one `relabel_configs` over label sets. */
export class Relabeler {
  /** The place of the rule that dropped the last set, or -1. Valid until the next run. */
  droppedBy: number
  readonly #configs: readonly RelabelConfig[]
  readonly #rules: readonly Rule[]

  constructor(configs: readonly RelabelConfig[], names: NameValidation = 'utf8') {
    this.droppedBy = -1
    this.#configs = configs
    this.#rules = configs.map((config) => compileRule(config, names))
  }

  /** The labels after all rules, the same object where none changed any; undefined where a rule dropped them. */
  run(labels: Labels): Labels | undefined
  run(labels: LabelRecord): LabelRecord | undefined
  run(labels: Labels | LabelRecord): Labels | LabelRecord | undefined {
    const set = new LabelSet(labels)
    if (!this.#apply(set)) return undefined
    return labels instanceof Labels ? set.toLabels() : set.toRecord()
  }

  /** Tells rule by rule what happens. */
  trace(labels: Labels | LabelRecord): Trace {
    const set = new LabelSet(labels)
    const steps: TraceStep[] = []
    for (const [index, rule] of this.#configs.entries()) {
      const before = set.toRecord()
      const value = sourceValue(rule)(set)
      const isKept = this.#rules[index](set)
      steps.push({ index, rule, value, changes: changesOf(before, set.toRecord()), isKept })
      if (!isKept) return { steps, labels: undefined, droppedBy: index }
    }
    return { steps, labels: set.toRecord(), droppedBy: -1 }
  }

  #apply(set: LabelSet): boolean {
    this.droppedBy = -1
    for (let i = 0; i < this.#rules.length; i++) {
      if (this.#rules[i](set)) continue
      this.droppedBy = i
      return false
    }
    return true
  }
}

function changesOf(before: LabelRecord, after: LabelRecord): Record<string, [string, string]> {
  const old = new Map(Object.entries(before))
  const now = new Map(Object.entries(after))
  const names = new Set([...old.keys(), ...now.keys()])
  const changed = [...names].filter((name) => old.get(name) !== now.get(name))
  return Object.fromEntries(changed.map((name) => [name, [old.get(name) ?? '', now.get(name) ?? '']]))
}
