export { parseConfig, readConfig } from './config.ts'
export type { Config, ConfigNotice } from './config.ts'
export { parsePool } from './pool.ts'
