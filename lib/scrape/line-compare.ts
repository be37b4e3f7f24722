/** The compare that nearly every line of every body goes through: 16 bytes at a time. Watched by match.bench.ts. */
import type { BodyBuffer } from '#lib/http'
import type { LineTable } from './line-table.ts'

/** Whether the body has line i of the table at `pos`. */
export function hasLineAt(body: BodyBuffer, pos: number, lines: LineTable, i: number): boolean {
  const length = lines.lengths[i]
  if (pos + length > body.length) return false
  const start = lines.offsets[i]
  if (length < 16) return isSameShort(body.bytes, pos, lines.bytes, start, length)
  const a = body.view
  const b = lines.view
  // The last 16 bytes may overlap those before, so that no rest is left.
  const lastA = pos + length - 16
  const lastB = start + length - 16
  for (let x = pos, y = start; x < lastA; x += 16, y += 16) {
    if (a.getInt32(x) !== b.getInt32(y) || a.getInt32(x + 4) !== b.getInt32(y + 4)) return false
    if (a.getInt32(x + 8) !== b.getInt32(y + 8) || a.getInt32(x + 12) !== b.getInt32(y + 12)) return false
  }
  if (a.getInt32(lastA) !== b.getInt32(lastB) || a.getInt32(lastA + 4) !== b.getInt32(lastB + 4)) return false
  return a.getInt32(lastA + 8) === b.getInt32(lastB + 8) && a.getInt32(lastA + 12) === b.getInt32(lastB + 12)
}

function isSameShort(a: Uint8Array, x: number, b: Uint8Array, y: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[x + i] !== b[y + i]) return false
  return true
}
