import type { DiscoveredGroup } from '#lib/discovery'
import type { PoolState } from './choose-targets.ts'
import { type FoundGroup, GroupResolver } from './found-group.ts'
import type { PoolConfig } from './pool.ts'

/** A pool with all that was found for it. */
export interface Pool extends PoolState {
  /** Its configuration as text, to see whether another is the same. */
  readonly text: string
  readonly optionsText: string
  readonly groups: Map<string, FoundGroup>
  ways: PoolState['ways']
}

const STATIC = 'static'

/** Tells groups of different discoveries apart. */
export function groupKey(owner: string, source: string): string {
  return `${owner}\n${source}`
}

/** Whether a group was found by this discovery. */
export function isOwnedBy(key: string, owner: string): boolean {
  return key.startsWith(`${owner}\n`)
}

/** The pool of a configuration; what was found for it before is kept, and resolved again where that may differ. */
export function poolOf(config: PoolConfig, old: Pool | undefined, nextSetup: () => number): Pool {
  if (old?.resolver.pool === config) return old
  const text = JSON.stringify(config)
  if (old?.text === text) return old
  const gone = [STATIC, ...changedDiscoveries(config, old?.resolver.pool)]
  const found = [...(old?.groups ?? [])].filter(([key]) => !gone.some((owner) => isOwnedBy(key, owner)))
  const groups = [...staticGroups(config), ...found.map(([key, one]) => [key, unresolved(one)] as const)]
  const optionsText = JSON.stringify(config.options)
  const setup = old?.optionsText === optionsText ? old.setup : nextSetup()
  const ways: PoolState['ways'] = new WeakMap()
  return { text, optionsText, setup, groups: new Map(groups), resolver: new GroupResolver(config), ways }
}

/** The owner of what is found by the discovery at a place of a pool's `kubernetes`. */
export function kubernetesOwner(index: number): string {
  return `kubernetes/${index}`
}

/** The owners of what was found by discoveries that are other ones now: others may find less. */
function changedDiscoveries({ kubernetes: now = [] }: PoolConfig, old: PoolConfig | undefined): string[] {
  const before = old?.kubernetes ?? []
  const isSame = (i: number) => JSON.stringify(before[i]) === JSON.stringify(now[i])
  return before.flatMap((_, i) => (isSame(i) ? [] : [kubernetesOwner(i)]))
}

/** Puts a group in the place of the one of the same source; without targets it only removes that. Whether anything changed. */
export function putGroup(groups: Map<string, FoundGroup>, key: string, group: DiscoveredGroup): boolean {
  if (group.targets.length === 0) return groups.delete(key)
  if (groups.get(key)?.group === group) return false
  groups.set(key, unresolved({ group, local: undefined }))
  return true
}

/** Resolves what is not yet; whether anything was. */
export function* resolveGroups({ resolver, groups }: Pool): Generator<undefined, boolean> {
  let isChanged = false
  for (const found of groups.values()) {
    if (found.resolutions !== undefined) continue
    found.resolutions = yield* resolver.resolve(found)
    isChanged = true
  }
  return isChanged
}

function unresolved({ group, local }: Pick<FoundGroup, 'group' | 'local'>): FoundGroup {
  return { group, local, resolutions: undefined }
}

/** The groups that stand in the configuration itself. */
function staticGroups({ groups, local = [], options }: PoolConfig): (readonly [string, FoundGroup])[] {
  const listed = groups.map(({ targets, labels: given }, i) => {
    const labels = options.untrusted ? withoutMeta(given) : given
    const group = { source: String(i), targets: targets.map((address) => ({ __address__: address })), labels }
    return unresolved({ group, local: undefined })
  })
  const own = local.map(({ source, address, labels }) => {
    const group = { source: `local/${source}`, targets: [{ __address__: address }], labels }
    return unresolved({ group, local: source })
  })
  return [...listed, ...own].map((found) => [groupKey(STATIC, found.group.source), found] as const)
}

/** Only what a discovery found has meta labels: strangers could write there of which namespace or pod a target is. */
function withoutMeta(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__meta_')))
}
