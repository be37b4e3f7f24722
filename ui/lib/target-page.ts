/** Why a target that was found is not scraped, as the server says it: an id and what it saw. */
export interface DropReason {
  id: string
  facts: Readonly<Record<string, string | number>>
}

/** A target that is scraped, as our own API shows it. */
export interface ActiveTarget {
  id: string
  scrapePool: string
  labels: Readonly<Record<string, string>>
  discoveredLabels: Readonly<Record<string, string>>
  scrapeUrl: string
  health: string
  lastError: string
  lastScrapeMs: number
  lastDurationMs: number
  samples: number
}

/** A target that was found and is not scraped. */
export interface DroppedTarget {
  pool: string
  source: string
  discoveredLabels: Readonly<Record<string, string>>
  reason: DropReason
}

/** The answer of /api/ui/v1/targets. */
export interface TargetPage {
  active: ActiveTarget[]
  dropped: DroppedTarget[]
  droppedCounts: Readonly<Record<string, number>>
  pools: readonly string[]
  /** Pools that are tried by default, and are no trouble when they cannot be reached. */
  optional: readonly string[]
}

/** How the targets are: those that are tried by default and do not answer are counted apart. */
export interface TargetCounts {
  up: number
  all: number
  failing: number
  /** Down, and no trouble by themselves. */
  unreached: number
}

const ANNOTATIONS = /^kubernetes-(pods|service-endpoints)(-slow)?$/

/** Whether a pool is tried because most clusters have it; an annotation is someone's wish. */
function isTried(pool: string, optional: readonly string[]): boolean {
  return optional.includes(pool) && !ANNOTATIONS.test(pool)
}

/** Counts targets. */
export function countTargets({ active, optional }: Pick<TargetPage, 'active' | 'optional'>): TargetCounts {
  const counts = { up: 0, all: 0, failing: 0, unreached: 0 }
  for (const { health, scrapePool } of active) {
    const isDown = health === 'down'
    if (isDown && isTried(scrapePool, optional)) counts.unreached++
    else {
      counts.all++
      if (health === 'up') counts.up++
      if (isDown) counts.failing++
    }
  }
  return counts
}

/** A pool with its targets. */
export interface PoolOfTargets extends TargetCounts {
  name: string
  isOptional: boolean
  targets: ActiveTarget[]
}

/** The pools that have targets: those that fail first, then those that could not be reached, then the rest as they come. */
export function poolsOf({ active, optional }: Pick<TargetPage, 'active' | 'optional'>): PoolOfTargets[] {
  const pools = Map.groupBy(active, ({ scrapePool }) => scrapePool)
  const made = [...pools].map(([name, targets]) => {
    const counts = countTargets({ active: targets, optional })
    return { name, isOptional: isTried(name, optional), targets, ...counts }
  })
  const rank = ({ failing, unreached }: PoolOfTargets) => (failing > 0 ? 0 : unreached > 0 ? 1 : 2)
  return made.toSorted((a, b) => rank(a) - rank(b))
}

/** What a pool was made for, as its name tells. */
export interface PoolOrigin {
  kind: 'ServiceMonitor' | 'PodMonitor' | 'Probe' | 'ScrapeConfig' | 'job'
  namespace: string
  name: string
  /** Which of the object's endpoints, from 0. */
  index: number
}

const MONITORS: Record<string, PoolOrigin['kind']> = {
  serviceMonitor: 'ServiceMonitor',
  podMonitor: 'PodMonitor',
  probe: 'Probe',
  scrapeConfig: 'ScrapeConfig',
}

/** Reads `serviceMonitor/NAMESPACE/NAME/INDEX`; any other name is that of a job. */
export function originOf(pool: string): PoolOrigin {
  const [kind, namespace, name, index = '0', ...more] = pool.split('/')
  if (!Object.hasOwn(MONITORS, kind) || !namespace || !name || more.length > 0)
    return { kind: 'job', namespace: '', name: pool, index: 0 }
  return { kind: MONITORS[kind], namespace, name, index: Number(index) || 0 }
}

/** What nobody asked to be scraped: pods and services without an annotation, and what a default job passes over. */
export function isUninteresting({ pool, reason }: DroppedTarget, optional: readonly string[]): boolean {
  return reason.id === 'relabelled-away' && (ANNOTATIONS.test(pool) || optional.includes(pool))
}

/** Targets that are dropped for one reason. */
export interface DropGroup {
  key: string
  reason: DropReason
  targets: DroppedTarget[]
}

/** A pool with what of it is not scraped. */
export interface PoolOfDrops {
  name: string
  count: number
  groups: DropGroup[]
}

/** Facts that differ from target to target, and so do not tell reasons apart. */
const OWN_FACTS = new Set(['address', 'url', 'value', 'text', 'node', 'label', 'interval'])

/** What is not scraped by pool, and there by reason, the most frequent first. */
export function dropsOf(dropped: readonly DroppedTarget[]): PoolOfDrops[] {
  return [...Map.groupBy(dropped, ({ pool }) => pool)].map(([name, targets]) => ({
    name,
    count: targets.length,
    groups: [...Map.groupBy(targets, ({ reason }) => reasonKey(reason))]
      .map(([key, members]) => ({ key, reason: members[0].reason, targets: members }))
      .toSorted((a, b) => b.targets.length - a.targets.length),
  }))
}

function reasonKey({ id, facts }: DropReason): string {
  const shared = Object.entries(facts).filter(([name]) => !OWN_FACTS.has(name))
  return JSON.stringify([id, ...shared.toSorted(([a], [b]) => (a < b ? -1 : 1))])
}

/** The object that a target was found by, for its name and its page. */
export function foundObject(labels: DroppedTarget['discoveredLabels']): {
  kind: string
  namespace: string
  name: string
} {
  const meta = (name: string) => labels[`__meta_kubernetes_${name}`] ?? ''
  const namespace = meta('namespace')
  for (const kind of ['pod', 'service', 'ingress', 'node'])
    if (meta(`${kind}_name`) !== '') return { kind, namespace, name: meta(`${kind}_name`) }
  return { kind: '', namespace: '', name: labels['__address__'] ?? '' }
}

/** Facts as sentences take them: all of them text. */
export function factTexts(
  facts: Readonly<Record<string, string | number | readonly string[]>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, [fact].flat().join(', ')]))
}
