import { type Labels, METRIC_NAME } from '#lib/model'
import { type RelabelConfig, Relabeler } from '#lib/relabel'
import type { PoolOptions } from './pool.ts'
import { labelMistake, sampleLabels } from './sample-labels.ts'

const NAMESPACE = 'namespace'

/** Rules that are prepared, for all targets of a pool: their list is one object. */
const prepared = new WeakMap<readonly RelabelConfig[], Relabeler>()

/** Makes the labels that a new line of a target is stored with: its own, the target's, then the pool's rules. */
export class SeriesLabeler {
  /** Why the last labels fail the scrape, or ''. */
  err: string
  readonly #target: Labels
  readonly #options: PoolOptions
  readonly #relabeler: Relabeler | undefined

  constructor(target: Labels, options: PoolOptions) {
    this.err = ''
    this.#target = target
    this.#options = options
    this.#relabeler = relabelerOf(options.metricRelabel)
  }

  /** The labels; undefined where a rule drops the sample or `err` says what is wrong. */
  label(own: Labels): Labels | undefined {
    this.err = ''
    const { honorLabels, untrusted } = this.#options
    const merged = sampleLabels(own, this.#target, honorLabels, untrusted ? NAMESPACE : '')
    const labels = this.#relabeler ? this.#relabel(merged) : merged
    if (labels === undefined || this.err !== '') return undefined
    this.err = labelMistake(labels, this.#options)
    return this.err === '' ? labels : undefined
  }

  #relabel(merged: Labels): Labels | undefined {
    const labels = this.#relabeler?.run(merged)
    // Rules that drop all labels drop the sample.
    if (labels === undefined || labels.size === 0) return undefined
    if (!labels.has(METRIC_NAME)) this.err = 'missing metric name (__name__ label)'
    if (!this.#options.untrusted) return labels
    const namespace = this.#target.get(NAMESPACE)
    return labels.get(NAMESPACE) === namespace ? labels : labels.with({ [NAMESPACE]: namespace })
  }
}

function relabelerOf(rules: readonly RelabelConfig[]): Relabeler | undefined {
  if (rules.length === 0) return undefined
  let relabeler = prepared.get(rules)
  if (!relabeler) prepared.set(rules, (relabeler = new Relabeler(rules)))
  return relabeler
}
