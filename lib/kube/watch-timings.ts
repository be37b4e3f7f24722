/** How long things take; tests make them short. */
export interface WatchTimings {
  /** The server is asked to end a watch after a random time between these. */
  readonly watchSeconds: readonly [number, number]
  /** Bookmarks come about each minute: a watch silent for several of them is dead and is opened again. */
  readonly silentMs: number
  /** A streaming list that says nothing for so long is given up for pages. */
  readonly silentListMs: number
  /** Of exponential backoff. */
  readonly backoffMs: readonly [first: number, most: number]
  /** A watch that lived shorter than this is not opened again at once. */
  readonly shortWatchMs: number
  /** What is forbidden or absent is asked for again after this, more or less. */
  readonly rareMs: number
  /** Objects a page. */
  readonly pageSize: number
  /** A server that refused a streaming list is asked for pages so long. */
  readonly rememberRefusalMs: number
  /** How long the head of an answer may take. */
  readonly headMs: number
}

export const defaultTimings: WatchTimings = {
  watchSeconds: [300, 600],
  silentMs: 200_000,
  silentListMs: 30_000,
  backoffMs: [800, 30_000],
  shortWatchMs: 1000,
  rareMs: 300_000,
  pageSize: 500,
  rememberRefusalMs: 3_600_000,
  headMs: 60_000,
}
