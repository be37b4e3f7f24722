export { mergeFamilies, Registry } from './registry.ts'
export type { TelemetryFamily, TelemetryMetric } from './registry.ts'
export { processFamilies } from './process.ts'
