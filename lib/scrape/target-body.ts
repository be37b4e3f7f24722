import type { BodyFormat } from '#lib/exposition'
import { type BodyBuffer, formatSize } from '#lib/http'
import { formatOf } from './content-type.ts'
import { FastClient } from './fast-client.ts'
import type { Fetched, Fetcher } from './fetch.ts'
import type { PoolOptions } from './pool.ts'
import { hasCredentials } from './http-request.ts'
import { inflate } from './inflate.ts'
import type { BodySource } from './pool.ts'
import { connectionError, ScrapeError } from './scrape-error.ts'
import type { Target } from './target.ts'
import { LONGEST_TIMER_MS } from './units.ts'

/** The longest body where the configuration sets no limit: a target that never ends must not take the memory of all. */
const DEFAULT_BODY_LIMIT_BYTES = 64 * 1024 * 1024

/** Gets the bodies of one target, by the fast client as long as that is enough. */
export class TargetBody {
  /** Why the body is read against its own word, or ''. */
  warning: string
  readonly #target: Target
  readonly #local: BodySource
  readonly #limitBytes: number
  #fetcher: Fetcher | undefined

  constructor(target: Target, local: BodySource) {
    this.warning = ''
    this.#target = target
    this.#local = local
    this.#limitBytes = target.options.bodyLimitBytes || DEFAULT_BODY_LIMIT_BYTES
    this.#fetcher = undefined
  }

  /** Fills the buffer with the plain body; rejects with a ScrapeError. */
  async fetch(body: BodyBuffer, signal: AbortSignal): Promise<BodyFormat> {
    const { source, mistake, options } = this.#target
    if (mistake !== '') throw new ScrapeError('target', mistake)
    const contentType =
      source === undefined ? await this.#fetchHttp(body, signal) : await this.#fetchLocal(body, signal)
    const { format, warning } = formatOf(contentType, options.fallbackProtocol)
    this.warning = warning
    if (format === undefined) throw new ScrapeError('content-type', warning)
    return format
  }

  close(): void {
    this.#fetcher?.close()
    this.#fetcher = undefined
  }

  async #fetchLocal(body: BodyBuffer, signal: AbortSignal): Promise<string> {
    const { options, source = '' } = this.#target
    const answer = await withDeadline(
      this.#local.fetch(source, signal),
      options.timeoutMs,
      signal,
      () => 'waiting for it',
    )
    if (answer.body.length > this.#limitBytes) {
      throw new ScrapeError('body-size', `body exceeds body_size_limit of ${formatSize(this.#limitBytes)}`)
    }
    body.adopt(answer.body)
    return answer.contentType
  }

  async #fetchHttp(body: BodyBuffer, signal: AbortSignal): Promise<string> {
    const answer = await this.#fetchFollowing(body, signal)
    if (answer.status !== 200) {
      const status = `server returned HTTP status ${answer.status} ${answer.statusText}`.trimEnd()
      throw new ScrapeError('status', status + this.#remedy(answer.status))
    }
    if (answer.contentEncoding === 'gzip') await inflate(body, this.#limitBytes)
    else if (answer.contentEncoding !== '' && answer.contentEncoding !== 'identity') {
      throw new ScrapeError('encoding', `content encoding ${JSON.stringify(answer.contentEncoding)} was not asked for`)
    }
    return answer.contentType
  }

  /** What a refusal means for the one who set up the pool. */
  #remedy(status: number): string {
    if (status === 403) return ': who we are is known and may not read this'
    if (status !== 401) return ''
    return hasCredentials(this.#target.options.http)
      ? ': our credentials are not accepted'
      : ': it wants credentials and none are configured'
  }

  async #fetchFollowing(body: BodyBuffer, signal: AbortSignal): Promise<Fetched> {
    const { options, url } = this.#target
    this.#fetcher ??= options.http.proxy_url ? await libraryClient(url, options) : new FastClient(new URL(url), options)
    const answer = await this.#fetchOnce(this.#fetcher, body, signal)
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && options.http.follow_redirects
    if (!isRedirect || !(this.#fetcher instanceof FastClient)) return answer
    this.#fetcher.close()
    this.#fetcher = await libraryClient(url, options)
    return this.#fetchOnce(this.#fetcher, body, signal)
  }

  async #fetchOnce(fetcher: Fetcher, body: BodyBuffer, signal: AbortSignal): Promise<Fetched> {
    const stop = new AbortController()
    const both = AbortSignal.any([signal, stop.signal])
    try {
      const answer = fetcher.fetch(body, this.#limitBytes, both)
      return await withDeadline(answer, this.#target.options.timeoutMs, signal, () => fetcher.phase, stop)
    } catch (error) {
      throw connectionError(error, new URL(this.#target.url).host)
    }
  }
}

/** Waits for the work at most so long; then stops it and tells what it was doing. */
async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal,
  phase: () => string,
  stop?: AbortController,
): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => {
      late.reject(new ScrapeError('timeout', `timed out after ${timeoutMs / 1000} s while ${phase()}`))
      stop?.abort()
    },
    Math.min(timeoutMs, LONGEST_TIMER_MS),
  )
  const abort = () => late.reject(new ScrapeError('aborted', 'stopped'))
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([late.promise, work])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
    // Whichever loses the race must not end the process.
    work.catch(ignoreLate)
    late.promise.catch(ignoreLate)
  }
}

/** The race was decided, and its loser's reason is no longer of use. */
function ignoreLate(): void {}

/** Loaded when a target needs it: most do not, and it is large. */
async function libraryClient(url: string, options: PoolOptions): Promise<Fetcher> {
  const { LibraryClient } = await import('./library-client.ts')
  return new LibraryClient(new URL(url), options)
}
