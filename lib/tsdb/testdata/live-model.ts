import { Labels } from '#lib/model'
import type { StoreOptions } from '../store-options.ts'
import { seriesOf } from './commit-model.ts'

/** How the fast store is opened. */
export const liveOptions: Partial<StoreOptions> = { blockRangeMs: 2000, retentionMs: 15_000 }

/** The series of commit n, which are those of its writer. */
export function liveSeriesOf(n: number): Labels[] {
  return seriesOf(n).map((labels) => Labels.from({ ...Object.fromEntries(labels), writer: `${n % 3}` }))
}
