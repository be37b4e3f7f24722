import type { PoolOptions } from './pool.ts'

/** A target as the store thread gets it. Plain data. */
export interface ScrapeTarget {
  /** Equal for targets that need not be told apart: those go on when targets change. */
  readonly id: string
  /** The number of its pool's setup. */
  readonly setup: number
  /** Its labels as name, value, name, value … in order. */
  readonly pairs: readonly string[]
  readonly url: string
  /** The URL that is shown, where the body comes another way. */
  readonly shownUrl: string
  /** The local body's name, where it is not fetched from the URL. */
  readonly source: string | undefined
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Why it must not be scraped, or ''. */
  readonly mistake: string
  /** The namespace whose limit its samples count against, and which they cannot forge, or ''. */
  readonly namespace: string
  /** The fingerprint of the only certificate that is accepted besides verified ones, or ''. */
  readonly pinnedSha256: string
}

/** What is shown for a body that is made in our own process. */
export function localUrl(source: string): string {
  return `local://${source}`
}

/** How the targets of one pool are scraped, by a number that its targets name. */
export interface PoolSetup {
  readonly setup: number
  readonly pool: string
  readonly options: PoolOptions
}

/** What changes among the targets. */
export interface TargetsChange {
  readonly setups: readonly PoolSetup[]
  readonly add: readonly ScrapeTarget[]
  readonly remove: readonly string[]
  /** Numbers of setups that no target names any more. */
  readonly goneSetups: readonly number[]
  /** How many samples the targets of one namespace may have together; 0 is no limit. */
  readonly namespaceSampleLimit: number
}
