import type { DropReason } from './drop-reason.ts'

/** What a route is decided by. */
export interface RoutedTarget {
  readonly pool: string
  readonly scheme: string
  readonly address: string
  readonly path: string
  /** The query as it stands in the URL, without `?`. */
  readonly query: string
  /** Its labels before relabelling. */
  readonly discovered: Readonly<Record<string, string>>
}

/** How a target is reached, where not simply at its address. */
export interface RouteWay {
  /** The local body that is taken instead of the target's own. */
  readonly source?: string
  /** The URL that is shown then. */
  readonly scrapeUrl?: string
  readonly intervalAtLeastMs?: number
  /** The certificate that is accepted besides verified ones: SHA-256 of its DER, in hexadecimal digits. */
  readonly pinnedSha256?: string
}

/** Decides how a target is reached; called after relabelling, once until the target changes or routes are refreshed. */
export type Route = (target: RoutedTarget) => RouteWay | { readonly refuse: DropReason } | undefined
