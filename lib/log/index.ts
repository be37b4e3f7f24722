export { logFormats, logLevels, openLog } from './log.ts'
export type { LogFormat, Logger, LogLevel, LogOptions } from './log.ts'
