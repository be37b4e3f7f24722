export { bug } from './bug.ts'
export { entries } from './entries.ts'
export type { EntryName } from './entries.ts'
export { asset, entryFile, hasAsset, isSource, openChild, openWorker, rootFolder } from './open.ts'
