import * as v from 'valibot'
import { poolsFromConfig, scrapeConfigSchema, type GlobalScrapeConfig, type PoolConfig } from '#lib/scrape'

/** The pool of one entry of `scrape_configs` that no file holds, such as a monitor object makes; throws with the mistake. */
export function parsePool(raw: unknown, global: Partial<GlobalScrapeConfig>): PoolConfig {
  const parsed = v.safeParse(scrapeConfigSchema, raw)
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw new Error(`${v.getDotPath(issue) ?? 'scrape config'}: ${issue.message}`)
  }
  const [pool] = poolsFromConfig(
    global,
    [parsed.output],
    (path, text) => new Error(`${path.at(-1)?.toString()}: ${text}`),
  )
  return pool
}
