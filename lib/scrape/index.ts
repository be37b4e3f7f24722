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
export { resolveLabels } from './resolve.ts'
export { internalKind } from './internal-address.ts'
export type { InternalKind } from './internal-address.ts'
export { kubernetesOwner } from './found-pool.ts'
export { TargetSets } from './target-sets.ts'
export type { TargetSetsParts } from './target-sets.ts'
export type { ActiveTarget, DroppedOptions } from './shown-targets.ts'
export type { DroppedTarget, DropReason, DropReasonId } from './drop-reason.ts'
export type { Route, RoutedTarget, RouteWay } from './target-route.ts'
export type { PoolSetup, ScrapeTarget, TargetsChange } from './scrape-target.ts'
export { defaultHttpConfig, httpConfigSchema } from './http-config.ts'
export type { HttpConfig } from './http-config.ts'
export { ScrapeManager } from './scrape-manager.ts'
export type { ScrapeParts } from './scrape-manager.ts'
export type { TargetStatus } from './target-loop.ts'
