import type { DiscoveredGroup } from '#lib/discovery'
import { Relabeler } from '#lib/relabel'
import type { DropReason, DroppedTarget } from './drop-reason.ts'
import type { PoolConfig } from './pool.ts'
import { discoveredLabels, poolDefaults, type ResolvedTarget, resolveTarget } from './resolve.ts'

/** What became of one target of a group. */
export type Resolution = ResolvedTarget | DropReason

/** A group as one pool sees it. Of what was dropped only the reason is kept: its labels can be made again. */
export interface FoundGroup {
  readonly group: DiscoveredGroup
  /** The local body's name, where all targets of the group have it. */
  readonly local: string | undefined
  /** Undefined until it is resolved. */
  resolutions: readonly Resolution[] | undefined
}

/** Resolves the groups of one pool, as its configuration stands. */
export class GroupResolver {
  readonly pool: PoolConfig
  readonly #defaults: Readonly<Record<string, string>>
  readonly #relabeler: Relabeler
  readonly #none: Relabeler
  /** One reason object for all targets that a rule drops. */
  readonly #byRule: DropReason[]
  readonly #fileField: string

  constructor(pool: PoolConfig) {
    this.pool = pool
    this.#defaults = poolDefaults(pool)
    this.#relabeler = new Relabeler(pool.relabel ?? [])
    this.#none = new Relabeler([])
    this.#byRule = []
    this.#fileField = pool.options.untrusted ? fileFieldIn(pool.options.http) : ''
  }

  /** Resolves one target after the other; gives way between them. */
  *resolve(found: FoundGroup): Generator<undefined, readonly Resolution[]> {
    const resolutions: Resolution[] = []
    for (const target of found.group.targets) {
      resolutions.push(this.#resolve(found, target))
      yield
    }
    return resolutions
  }

  /** A dropped target as it is shown. */
  dropped(found: FoundGroup, index: number, reason: DropReason, isExplained: boolean): DroppedTarget {
    const discovered = this.discovered(found, index)
    const told = isExplained ? this.#explained(reason, discovered) : reason
    return { pool: this.pool.name, source: found.group.source, discoveredLabels: discovered, reason: told }
  }

  /** The labels of a target before relabelling. */
  discovered({ group }: FoundGroup, index: number): Readonly<Record<string, string>> {
    return discoveredLabels(this.#defaults, group.targets[index], group.labels)
  }

  #resolve({ group, local }: FoundGroup, target: Readonly<Record<string, string>>): Resolution {
    if (this.#fileField !== '') return { id: 'file-refused', facts: { field: this.#fileField } }
    const relabeler = local === undefined ? this.#relabeler : this.#none
    const result = resolveTarget(this.pool, discoveredLabels(this.#defaults, target, group.labels), relabeler)
    return 'facts' in result && result.id === 'relabelled-away' ? this.#droppedBy(relabeler.droppedBy) : result
  }

  #droppedBy(rule: number): DropReason {
    return (this.#byRule[rule] ??= { id: 'relabelled-away', facts: { rule } })
  }

  /** With what the rule that dropped it saw. */
  #explained(reason: DropReason, discovered: Readonly<Record<string, string>>): DropReason {
    if (reason.id !== 'relabelled-away') return reason
    const { steps, droppedBy } = this.#relabeler.trace(discovered)
    const { rule, value } = steps[droppedBy]
    return {
      id: reason.id,
      facts: {
        rule: droppedBy,
        action: rule.action,
        sourceLabels: rule.source_labels.join(', '),
        regex: rule.regex ?? '(.*)',
        targetLabel: rule.target_label,
        value,
      },
    }
  }
}

/** The first field of a client's options that names a file, or ''. */
function fileFieldIn(options: object): string {
  for (const [field, value] of Object.entries(options)) {
    if (/_files?$|^files$/.test(field) && (Array.isArray(value) ? value.length > 0 : Boolean(value))) return field
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const inner = fileFieldIn(value as object)
      if (inner !== '') return `${field}.${inner}`
    }
  }
  return ''
}
