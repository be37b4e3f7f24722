import type { Labels } from '#lib/model'
import { ReaderIndex } from './reader-index.ts'
import type { Slabs } from './slabs.ts'

/** Reads the labels of series records, as a reader does. */
export function labelsOfRecord(slabs: Slabs): (record: number) => Labels {
  const index = new ReaderIndex(slabs)
  return (record) => index.labels(record)
}
