import type { BitReader } from './bit-reader.ts'
import type { SampleColumns } from './sample-columns.ts'

/** Adds the samples that `decode` reads; false, with none added, where a number needs more than a double holds. Adds none either where it throws. */
export function allOrNone(reader: BitReader, out: SampleColumns, decode: () => void): boolean {
  const first = out.count
  let isWhole = false
  try {
    decode()
    isWhole = reader.isExact
    return isWhole
  } finally {
    if (!isWhole) out.count = first
  }
}
