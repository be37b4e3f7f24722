/** Why an object leads to no target, or to fewer, and the nearest that would work. */
export interface MonitorReason {
  id: string
  facts: MonitorFacts
  text: string
  nearest: readonly { id: string; facts: MonitorFacts; text: string }[]
}

type MonitorFacts = Readonly<Record<string, string | number | readonly string[]>>

/** What became of one endpoint of a monitor object or an annotated object. */
export interface MonitorReport {
  kind: string
  namespace: string
  name: string
  index: number
  pool: string
  targets: number
  dropped: number
  reasons: readonly MonitorReason[]
}

/** An object with all of its endpoints. */
export interface MonitorObject {
  key: string
  kind: string
  namespace: string
  name: string
  targets: number
  level: 'ok' | 'warn' | 'idle'
  endpoints: MonitorReport[]
}

/** Nothing is wrong with these: there is nothing yet, or someone said so. */
const CALM = new Set(['not-yet', 'namespace-not-selected'])
/** Dropped because the target is scraped already. */
const TWICE = new Set(['duplicate', 'already-scraped'])

/** The objects of the namespaces, those that lead to no target first. */
export function monitorObjects(reports: readonly MonitorReport[], namespaces: readonly string[]): MonitorObject[] {
  const seen = namespaces.length === 0 ? reports : reports.filter(({ namespace }) => namespaces.includes(namespace))
  const objects = [...Map.groupBy(seen, ({ kind, namespace, name }) => `${kind}/${namespace}/${name}`)].map(
    ([key, endpoints]) => {
      const { kind, namespace, name } = endpoints[0]
      const targets = endpoints.reduce((sum, one) => sum + one.targets, 0)
      return { key, kind, namespace, name, targets, level: worst(endpoints.map(levelOf)), endpoints }
    },
  )
  return objects.toSorted((a, b) => RANK[a.level] - RANK[b.level] || (a.key < b.key ? -1 : 1))
}

const RANK: Record<MonitorObject['level'], number> = { warn: 0, idle: 1, ok: 2 }

function worst(levels: readonly MonitorObject['level'][]): MonitorObject['level'] {
  return levels.toSorted((a, b) => RANK[a] - RANK[b])[0]
}

/** An endpoint is well when it has targets and no complaint; it waits when nothing is wrong with it. */
export function levelOf({ targets, reasons }: MonitorReport): MonitorObject['level'] {
  const isTwice = (reason: MonitorReason) => reason.id === 'dropped' && TWICE.has(String(reason.facts['reason']))
  if (reasons.every(isTwice)) return targets > 0 || reasons.length > 0 ? 'ok' : 'idle'
  return reasons.every((reason) => CALM.has(reason.id) || isTwice(reason)) ? 'idle' : 'warn'
}

/** How many objects lead to no target though they should. */
export function countSilent(objects: readonly MonitorObject[]): number {
  return objects.filter(({ level, targets }) => level === 'warn' && targets === 0).length
}

/** Each reason once: not the drops that another reason explains, and not a second one with the same words. */
export function distinctReasons(
  reasons: readonly MonitorReason[],
  say: (reason: MonitorReason) => string,
): { key: string; text: string; reason: MonitorReason }[] {
  const known = new Set(reasons.map(({ id }) => id))
  const told = new Map<string, { key: string; text: string; reason: MonitorReason }>()
  for (const reason of reasons) {
    if (reason.id === 'dropped' && known.has(String(reason.facts['reason']))) continue
    const text = say(reason)
    if (!told.has(text)) told.set(text, { key: text, text, reason })
  }
  return [...told.values()]
}
