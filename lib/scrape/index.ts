export { globalScrapeEntries, scrapeConfigSchema, scrapeProtocols } from './config.ts'
export type { GlobalScrapeConfig, ScrapeConfig, ScrapeProtocol } from './config.ts'
export { formatOf } from './content-type.ts'
export type { FormatChoice } from './content-type.ts'
export { defaultPoolOptions, poolsFromConfig } from './pool.ts'
export type {
  BodySource,
  ErrorAt,
  LocalTarget,
  PoolConfig,
  PoolConfig as ScrapePool,
  PoolOptions,
  TargetGroup,
} from './pool.ts'
export { ScrapeManager } from './scrape-manager.ts'
export type { ScrapeParts } from './scrape-manager.ts'
export type { TargetStatus } from './target-loop.ts'
