/**
 * Appends numbered records to the log in a folder, from the number after the last one replayed, and prints each number
 * once `append` has returned true: `node append-numbers.ts FOLDER`. Ends when it is killed, or after 10 s.
 */
import { writeSync } from 'node:fs'
import { Wal } from '../wal.ts'

const [folder] = process.argv.slice(2)
let number = 0
const wal = Wal.open(folder, {
  onRecord: (bytes, from) => {
    number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(from, true)
  },
  segmentBytes: 20_000,
})
const record = new Uint8Array(5000)
const view = new DataView(record.buffer)
for (const end = performance.now() + 10_000; performance.now() < end;) {
  number++
  view.setUint32(0, number, true)
  if (!wal.append(record, 4 + ((number * 7919) % 4996))) throw wal.failure
  writeSync(1, `${number}\n`)
}
