/**
 * Chooses among resolved targets: pools of a higher rank first, each body once, limits kept. It runs over all targets
 * whenever any of them changed, gives way often, and costs a few look-ups a target.
 */
import type { DropReason } from './drop-reason.ts'
import type { FoundGroup, GroupResolver } from './found-group.ts'
import type { ResolvedTarget } from './resolve.ts'
import { localUrl, type ScrapeTarget } from './scrape-target.ts'
import type { Route, RouteWay } from './target-route.ts'

/** What is known of one pool when its targets are chosen. */
export interface PoolState {
  readonly resolver: GroupResolver
  readonly setup: number
  readonly groups: ReadonlyMap<string, FoundGroup>
  /** Decided ways, until routes are refreshed. */
  readonly ways: WeakMap<ResolvedTarget, RouteWay | { readonly refuse: DropReason } | undefined>
}

/** A target with the place where it was found. */
export interface Chosen {
  readonly target: ScrapeTarget
  readonly found: FoundGroup
  readonly index: number
}

/** A target that is not scraped, with the place where it was found. */
export interface NotChosen {
  readonly reason: DropReason
  readonly found: FoundGroup
  readonly index: number
}

/** The targets of one pool. */
export interface PoolChoice {
  readonly resolver: GroupResolver
  readonly chosen: Chosen[]
  readonly dropped: NotChosen[]
  readonly isOverLimit: boolean
}

export interface ChooseOptions {
  readonly route: Route | undefined
  readonly namespaceTargetLimit: number
}

/** What the pools before have taken. */
interface Taken {
  /** The pool of a higher rank that scrapes a place. */
  readonly places: Map<string, string>
  readonly namespaces: Map<string, number>
}

/** Chooses for all pools; the answer is in their order. */
export function* chooseTargets(
  pools: readonly PoolState[],
  options: ChooseOptions,
): Generator<undefined, readonly PoolChoice[]> {
  const taken: Taken = { places: new Map(), namespaces: new Map() }
  const choices = new Map<PoolState, PoolChoice>()
  const ranks = [...new Set(pools.map(rankOf))].sort((a, b) => b - a)
  for (const rank of ranks) {
    const places: (readonly [place: string, pool: string])[] = []
    for (const pool of pools.filter((one) => rankOf(one) === rank)) {
      choices.set(pool, yield* choosePool(pool, options, taken, places))
    }
    // Pools of one rank do not yield to each other.
    for (const [place, pool] of places) if (!taken.places.has(place)) taken.places.set(place, pool)
  }
  return pools.map((pool) => choices.get(pool) as PoolChoice)
}

function rankOf({ resolver }: PoolState): number {
  return resolver.pool.rank ?? 0
}

function* choosePool(
  state: PoolState,
  options: ChooseOptions,
  taken: Taken,
  places: (readonly [string, string])[],
): Generator<undefined, PoolChoice> {
  const { pool } = state.resolver
  const chosen = new Map<string, Chosen>()
  const dropped: NotChosen[] = []
  for (const found of state.groups.values()) {
    for (const [index, resolution] of (found.resolutions ?? []).entries()) {
      const choice =
        'facts' in resolution ? resolution : choose(state, found, index, resolution, options, taken, chosen)
      if ('facts' in choice) dropped.push({ reason: choice, found, index })
      else {
        chosen.set(choice.id, { target: choice, found, index })
        if (found.local === undefined) places.push([(resolution as ResolvedTarget).place, pool.name])
      }
      yield
    }
  }
  const { targetLimit } = pool.options
  const isOverLimit = targetLimit > 0 && chosen.size > targetLimit
  const list = [...chosen.values()]
  return {
    resolver: state.resolver,
    chosen: isOverLimit ? list.map((one) => overLimit(one, list.length, targetLimit)) : list,
    dropped,
    isOverLimit,
  }
}

/** All targets of a pool that has too many fail, as which ones to leave out would be chance. */
function overLimit(one: Chosen, count: number, limit: number): Chosen {
  const mistake = `target_limit exceeded (number of targets: ${count}, limit: ${limit})`
  return { ...one, target: { ...one.target, id: `${one.target.id}\n${mistake}`, mistake } }
}

function choose(
  state: PoolState,
  found: FoundGroup,
  index: number,
  resolved: ResolvedTarget,
  options: ChooseOptions,
  taken: Taken,
  chosen: ReadonlyMap<string, Chosen>,
): ScrapeTarget | DropReason {
  const { url, namespace } = resolved
  const by = found.local === undefined ? taken.places.get(resolved.place) : undefined
  if (by !== undefined) return { id: 'already-scraped', facts: { pool: by, url } }
  const way = found.local === undefined ? wayOf(state, found, index, resolved, options.route) : { source: found.local }
  if (way && 'refuse' in way) return way.refuse
  const target = scrapeTarget(state.setup, resolved, way)
  if (chosen.has(target.id)) return { id: 'duplicate', facts: { url } }
  return refusedByNamespace(namespace, options.namespaceTargetLimit, taken) ?? target
}

function refusedByNamespace(namespace: string, limit: number, { namespaces }: Taken): DropReason | undefined {
  if (namespace === '') return undefined
  const count = (namespaces.get(namespace) ?? 0) + 1
  if (limit > 0 && count > limit) return { id: 'namespace-target-limit', facts: { namespace, limit } }
  namespaces.set(namespace, count)
  return undefined
}

function wayOf(state: PoolState, found: FoundGroup, index: number, resolved: ResolvedTarget, route: Route | undefined) {
  if (route === undefined) return undefined
  if (state.ways.has(resolved)) return state.ways.get(resolved)
  const { protocol, pathname, search } = new URL(resolved.url)
  const { resolver } = state
  const way = route({
    pool: resolver.pool.name,
    scheme: protocol.slice(0, -1),
    address: resolved.address,
    path: pathname,
    query: search.slice(1),
    discovered: resolver.discovered(found, index),
  })
  state.ways.set(resolved, way)
  return way
}

function scrapeTarget(setup: number, resolved: ResolvedTarget, way: RouteWay | undefined): ScrapeTarget {
  const { labels, url, timeoutMs, namespace } = resolved
  const { source, pinnedSha256 = '', intervalAtLeastMs = 0 } = way ?? {}
  const intervalMs = Math.max(resolved.intervalMs, intervalAtLeastMs)
  const shownUrl = way?.scrapeUrl ?? (source === undefined ? url : localUrl(source))
  const id = `${setup}\n${labels.key}\n${url}\n${intervalMs} ${timeoutMs}\n${source ?? ''}\n${pinnedSha256}\n${namespace}`
  return {
    id,
    setup,
    pairs: labels.pairs,
    url,
    shownUrl,
    source,
    intervalMs,
    timeoutMs,
    mistake: '',
    namespace,
    pinnedSha256,
  }
}
