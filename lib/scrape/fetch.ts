import type { BodyBuffer } from '#lib/http'

/** What a fetch found besides the body. */
export interface Fetched {
  readonly status: number
  readonly statusText: string
  readonly contentType: string
  readonly contentEncoding: string
}

/** A way to get the bytes of a target's body. */
export interface Fetcher {
  /** Fills the buffer with the body as it was sent, at most `limitBytes`; rejects with a ScrapeError. */
  fetch(body: BodyBuffer, limitBytes: number, signal: AbortSignal): Promise<Fetched>
  /** How far the running fetch is, for the message of a timeout. */
  readonly phase: string
  close(): void
}
