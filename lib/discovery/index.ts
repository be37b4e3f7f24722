export type { DiscoveredGroup } from './target-group.ts'
