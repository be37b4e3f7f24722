import { hostname } from 'node:os'
import { Labels } from '#lib/model'
import type { PoolOptions } from './pool.ts'
import { localUrl, type PoolSetup, type ScrapeTarget } from './scrape-target.ts'

/** One thing that is scraped, in the thread that does it. */
export interface Target {
  readonly id: string
  readonly pool: string
  /** Those of its pool, with what is its own. */
  readonly options: PoolOptions
  readonly labels: Labels
  readonly url: string
  readonly shownUrl: string
  /** The local body's name, where it is not fetched from the URL. */
  readonly source: string | undefined
  /** Why it must not be scraped, or ''. */
  readonly mistake: string
  readonly namespace: string
}

/** Puts a target together that came from another thread. */
export function makeTarget(plain: ScrapeTarget, { pool, options }: PoolSetup): Target {
  const { id, url, shownUrl, source, mistake, namespace } = plain
  const labels = Labels.fromSorted(plain.pairs)
  return { id, pool, options: ownOptions(options, plain), labels, url, shownUrl, source, mistake, namespace }
}

function ownOptions(options: PoolOptions, { intervalMs, timeoutMs, pinnedSha256 }: ScrapeTarget): PoolOptions {
  const isTimed = intervalMs === options.intervalMs && timeoutMs === options.timeoutMs
  if (isTimed && pinnedSha256 === '') return options
  const http = pinnedSha256 === '' ? options.http : { ...options.http, pinned_sha256: pinnedSha256 }
  return { ...options, intervalMs, timeoutMs, http }
}

/** Whether its body is made here, and not only fetched another way. */
export function isOwn({ source, shownUrl }: Target): boolean {
  return source !== undefined && shownUrl === localUrl(source)
}

/** The URL as another machine would write it. */
export function globalUrl({ source, shownUrl }: Target): string {
  if (source !== undefined || !URL.canParse(shownUrl)) return shownUrl
  const url = new URL(shownUrl)
  if (['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) url.hostname = hostname()
  return url.href
}

/** The next moment at which a target is scraped: its own place within the interval, the same after every start. */
export function nextScrapeMs(target: Target, nowMs: number): number {
  const { intervalMs } = target.options
  const offset = hashOf(target.labels.key + target.url) % intervalMs
  const next = Math.floor(nowMs / intervalMs) * intervalMs + offset
  return next > nowMs ? next : next + intervalMs
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
