import { ByteReader } from './byte-reader.ts'
import { crc32c } from './crc32c.ts'
import { decodeTimes, encodeTimes } from './times.ts'
import { decodeValues, encodeValues, encodeValuesXor } from './values.ts'

/** Nanoseconds per value and bytes per value of columns of 240 samples, against XOR alone: `node lib/codec/codec.bench.ts`. */
const COUNT = 240
const ROUNDS = 4000

let seed = 1
function random(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  return seed / 2 ** 32
}

function counter(): Float64Array {
  let sum = 1e6
  return Float64Array.from({ length: COUNT }, () => (sum += 1000 + Math.floor(random() * 200)))
}

const shapes: Record<string, Float64Array> = {
  'jittery counter': counter(),
  'gauge, 2 decimals': Float64Array.from({ length: COUNT }, () => Math.round(2000 + random() * 500) / 100),
  constant: new Float64Array(COUNT).fill(42),
  'memory pages': Float64Array.from({ length: COUNT }, () => 4096 * Math.floor(10_000 + random() * 300)),
  'random mantissas': Float64Array.from({ length: COUNT }, () => 1 + random() * random()),
}

function nsPerValue(run: () => void, values = COUNT): string {
  for (let i = 0; i < ROUNDS; i++) run()
  const start = process.hrtime.bigint()
  for (let i = 0; i < ROUNDS; i++) run()
  return (Number(process.hrtime.bigint() - start) / ROUNDS / values).toFixed(1)
}

const out = new Uint8Array(COUNT * 10 + 16)
const back = new Float64Array(COUNT)
const reader = new ByteReader(out, 0)

/** Reads the column that was written last. */
function decode(read: typeof decodeValues): void {
  reader.at = 0
  read(reader, COUNT, back, 0)
}

for (const [name, values] of Object.entries(shapes)) {
  const xorBytes = encodeValuesXor(values, 0, COUNT, out, 0)
  const xorDecode = nsPerValue(() => decode(decodeValues))
  const bytes = encodeValues(values, 0, COUNT, out, 0)
  const decodeNs = nsPerValue(() => decode(decodeValues))
  const encode = nsPerValue(() => encodeValues(values, 0, COUNT, out, 0))
  console.log(
    `${name.padEnd(20)} ${(bytes / COUNT).toFixed(2)} bytes (XOR ${(xorBytes / COUNT).toFixed(2)}), encode ${encode} ns, decode ${decodeNs} ns (XOR ${xorDecode})`,
  )
}
const times = Float64Array.from({ length: COUNT }, (_, i) => 1.79e12 + 15_000 * i + Math.floor(random() * 10))
const timesEnd = encodeTimes(times, 0, COUNT, out, 0)
const timesDecode = nsPerValue(() => decode(decodeTimes))
console.log(`times, 10 ms jitter   ${(timesEnd / COUNT).toFixed(2)} bytes, decode ${timesDecode} ns`)
const page = new Uint8Array(65_536).map(() => random() * 256)
console.log(`crc32c               ${nsPerValue(() => crc32c(page, 0, page.length), page.length)} ns a byte`)
