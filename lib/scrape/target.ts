import { hostname } from 'node:os'
import { Labels } from '#lib/model'
import type { PoolConfig, PoolOptions } from './pool.ts'
import { formatDurationMs } from './units.ts'

/** One thing that is scraped. */
export interface Target {
  /** Equal for targets that need not be told apart: those go on when the configuration is applied again. */
  readonly id: string
  readonly pool: string
  readonly options: PoolOptions
  readonly discoveredLabels: Readonly<Record<string, string>>
  readonly labels: Labels
  readonly url: string
  /** The local body's name, where it is not fetched from the URL. */
  readonly source: string | undefined
  /** Why it must not be scraped, or ''. */
  readonly mistake: string
}

/** The targets of a pool; those that would be scraped twice under the same labels, once. */
export function targetsOf(pool: PoolConfig): Target[] {
  const targets = new Map<string, Target>()
  for (const group of pool.groups) {
    for (const address of group.targets) put(targets, makeTarget(pool, address, group.labels, undefined))
  }
  for (const { address, labels, source } of pool.local ?? []) put(targets, makeTarget(pool, address, labels, source))
  const { targetLimit } = pool.options
  if (targetLimit === 0 || targets.size <= targetLimit) return [...targets.values()]
  const mistake = `target_limit exceeded (number of targets: ${targets.size}, limit: ${targetLimit})`
  return Array.from(targets.values(), (target) => refused(target, mistake))
}

/** All targets of a pool that has too many fail, as which ones to leave out would be chance. */
function refused(target: Target, mistake: string): Target {
  return { ...target, id: `${target.id}${mistake}`, mistake }
}

function put(targets: Map<string, Target>, target: Target): void {
  targets.set(target.id, target)
}

function makeTarget(
  pool: PoolConfig,
  address: string,
  own: Readonly<Record<string, string>>,
  source: string | undefined,
): Target {
  const { options } = pool
  const discovered: Record<string, string> = {
    __address__: address,
    __metrics_path__: options.metricsPath,
    __scheme__: options.scheme,
    __scrape_interval__: formatDurationMs(options.intervalMs),
    __scrape_timeout__: formatDurationMs(options.timeoutMs),
    job: pool.name,
  }
  for (const [name, values] of Object.entries(options.params)) {
    if (values.length > 0) discovered[`__param_${name}`] = values[0]
  }
  Object.assign(discovered, own)
  const kept = Object.entries(discovered).filter(([name]) => !name.startsWith('__'))
  const labels = Labels.from([['instance', discovered.__address__], ...kept.filter(([name]) => name !== 'instance')])
  const named = own.instance ? labels.with({ instance: own.instance }) : labels
  const url = source === undefined ? urlOf(options, discovered) : `local://${source}`
  const mistake = source !== undefined || URL.canParse(url) ? '' : `the URL of the target is not valid: ${url}`
  const id = JSON.stringify([pool.name, named, url, source ?? '', options])
  return { id, pool: pool.name, options, discoveredLabels: discovered, labels: named, url, source, mistake }
}

function urlOf(options: PoolOptions, labels: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(options.params)) {
    for (const [i, value] of values.entries()) query.append(name, i === 0 ? labels[`__param_${name}`] : value)
  }
  for (const [label, value] of Object.entries(labels)) {
    const name = label.slice('__param_'.length)
    if (label.startsWith('__param_') && !query.has(name)) query.append(name, value)
  }
  const path = labels.__metrics_path__.startsWith('/') ? labels.__metrics_path__ : `/${labels.__metrics_path__}`
  const search = query.size === 0 ? '' : `${path.includes('?') ? '&' : '?'}${query}`
  return `${labels.__scheme__}://${labels.__address__}${path}${search}`
}

/** The URL as another machine would write it. */
export function globalUrl(target: Target): string {
  if (target.source !== undefined || !URL.canParse(target.url)) return target.url
  const url = new URL(target.url)
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
