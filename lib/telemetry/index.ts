export { mergeFamilies, Meter, Registry, Timer } from './registry.ts'
export type { TelemetryFamily, TelemetryMetric } from './registry.ts'
export { processFamilies } from './process.ts'
