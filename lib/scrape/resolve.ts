/**
 * From the labels that a target was found with to the target that is scraped: defaults, relabelling, checks.
 * It runs for every target whose group has changed.
 */
import { Labels } from '#lib/model'
import type { Relabeler } from '#lib/relabel'
import type { DropReason } from './drop-reason.ts'
import { internalKind } from './internal-address.ts'
import type { PoolConfig } from './pool.ts'
import { isAddress, placeOf, targetUrl } from './target-url.ts'
import { formatDurationMs, parseDurationMs } from './units.ts'

type LabelRecord = Readonly<Record<string, string>>

const META = '__meta_'
const NAMESPACE = '__meta_kubernetes_namespace'

/** How often strangers may have their targets scraped. */
const LEAST_MS = 1000

/** A target after relabelling. */
export interface ResolvedTarget {
  readonly labels: Labels
  readonly address: string
  readonly url: string
  /** Equal for targets that lead to the same body. */
  readonly place: string
  readonly intervalMs: number
  readonly timeoutMs: number
  /** The target's own namespace, in a pool that is not trusted; otherwise ''. */
  readonly namespace: string
}

/** Labels that a pool gives to targets which do not bring them. */
export function poolDefaults({ name, options }: PoolConfig): LabelRecord {
  const defaults: Record<string, string> = {
    job: name,
    __scrape_interval__: formatDurationMs(options.intervalMs),
    __scrape_timeout__: formatDurationMs(options.timeoutMs),
    __metrics_path__: options.metricsPath,
    __scheme__: options.scheme,
  }
  for (const [param, [first]] of Object.entries(options.params)) {
    if (first !== undefined) defaults[`__param_${param}`] = first
  }
  return defaults
}

/** The labels of a target before relabelling: its own, its group's, its pool's. */
export function discoveredLabels(defaults: LabelRecord, target: LabelRecord, group: LabelRecord): LabelRecord {
  const labels: Record<string, string> = { ...defaults }
  const own: LabelRecord = { ...group, ...target }
  for (const name in own) if (own[name] !== '') labels[name] = own[name]
  return labels
}

/** The labels after relabelling, as a target carries them: no meta labels, and an instance. Undefined where dropped. */
export function resolveLabels(discovered: LabelRecord, relabeler: Relabeler): LabelRecord | undefined {
  const relabelled = relabeler.run(discovered)
  if (relabelled === undefined) return undefined
  const labels: Record<string, string> = {}
  for (const name in relabelled) if (!name.startsWith(META)) labels[name] = relabelled[name]
  if (!labels.instance && labels.__address__) labels.instance = labels.__address__
  return labels
}

/** The target that these labels make in a pool, or why there is none. A dropping rule is left in `relabeler`. */
export function resolveTarget(
  pool: PoolConfig,
  discovered: LabelRecord,
  relabeler: Relabeler,
): ResolvedTarget | DropReason {
  const labels = resolveLabels(discovered, relabeler)
  if (labels === undefined) return { id: 'relabelled-away', facts: { rule: relabeler.droppedBy } }
  const mistake = labelsMistake(labels) ?? (pool.options.untrusted ? untrustedMistake(labels) : undefined)
  if (mistake) return mistake
  const namespace = pool.options.untrusted ? (discovered[NAMESPACE] ?? pool.namespace ?? '') : ''
  const url = targetUrl(pool.options.params, labels)
  return {
    labels: publicLabels(namespace === '' ? labels : { ...labels, namespace }),
    address: labels.__address__,
    url,
    place: placeOf(url),
    intervalMs: Math.max(parseDurationMs(labels.__scrape_interval__) ?? 0, pool.options.untrusted ? LEAST_MS : 0),
    timeoutMs: parseDurationMs(labels.__scrape_timeout__) ?? 0,
    namespace,
  }
}

function publicLabels(labels: LabelRecord): Labels {
  return Labels.from(Object.entries(labels).filter(([name]) => !name.startsWith('__')))
}

function labelsMistake(labels: LabelRecord): DropReason | undefined {
  const { __address__: address = '', __scheme__: scheme = '' } = labels
  if (address === '') return { id: 'no-address', facts: {} }
  if (!/^https?$/i.test(scheme)) return { id: 'invalid-scheme', facts: { scheme } }
  if (!isAddress(scheme, address)) return { id: 'invalid-address', facts: { address } }
  return timeMistake(labels) ?? valueMistake(labels)
}

function timeMistake(labels: LabelRecord): DropReason | undefined {
  const { __scrape_interval__: interval = '', __scrape_timeout__: timeout = '' } = labels
  const intervalMs = parseDurationMs(interval) ?? 0
  const timeoutMs = parseDurationMs(timeout) ?? 0
  if (intervalMs === 0) return { id: 'invalid-interval', facts: { interval } }
  return timeoutMs === 0 || timeoutMs > intervalMs ? { id: 'invalid-timeout', facts: { timeout, interval } } : undefined
}

function valueMistake(labels: LabelRecord): DropReason | undefined {
  for (const name in labels) {
    if (!labels[name].isWellFormed() || !name.isWellFormed()) return { id: 'invalid-label', facts: { label: name } }
  }
  return undefined
}

function untrustedMistake({ __scheme__: scheme, __address__: address }: LabelRecord): DropReason | undefined {
  const kind = internalKind(new URL(`${scheme}://${address}/`).hostname)
  return kind === undefined ? undefined : { id: 'forbidden-address', facts: { address, kind } }
}
