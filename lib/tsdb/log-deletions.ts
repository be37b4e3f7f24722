import { RecordWriter } from './head-record.ts'
import type { Head } from './head.ts'
import { ReaderChunks } from './reader-chunks.ts'
import { SampleColumns } from './sample-columns.ts'
import type { Wal } from './wal.ts'

const ROWS_PER_RECORD = 20_000

/** Writes what was deleted of the head (rows of id, from, to) into the log. Throws where the log does not take it. */
export function logDeletions(rows: Float64Array, wal: Wal): void {
  const writer = new RecordWriter()
  const all = rows.length / 3
  for (let first = 0; first < all; first += ROWS_PER_RECORD) {
    writer.length = 0
    writer.deleted(rows, first, Math.min(ROWS_PER_RECORD, all - first))
    if (!wal.append(writer.bytes, writer.length))
      throw new Error(`write log: ${wal.failure instanceof Error ? wal.failure.message : String(wal.failure)}`)
  }
}

/** Whether the head still holds a sample of a series up to a time: chunks are cut off whole, what of them is in a block stays. */
export function neededDeletions(head: Head): (id: number, toMs: number) => boolean {
  const chunks = new ReaderChunks(head.space)
  const columns = new SampleColumns()
  return (id, toMs) => {
    const record = head.index.record(id)
    if (record === 0) return false
    columns.clear()
    chunks.forget()
    chunks.read(record, Infinity, -Infinity, toMs, columns)
    return columns.count > 0
  }
}
