import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { decodeFast } from './decode-chunk.ts'
import { decodeReference } from './reference.ts'
import { SampleColumns } from './sample-columns.ts'

/** Nanoseconds per sample to read chunks of every encoding, and by the reference: `node lib/prometheus-data/chunk.bench.ts`. */
const ROUNDS = 3000
const SLOW_ROUNDS = 20

const golden = JSON.parse(
  gunzipSync(readFileSync(join(import.meta.dirname, 'testdata/chunks.json.gz'))).toString(),
) as { name: string; encoding: number; data: string }[]

const out = new SampleColumns()

function nsPerSample(rounds: number, run: () => void): string {
  let samples = 0
  const once = () => {
    out.clear()
    run()
    samples += out.count
  }
  for (let i = 0; i < rounds; i++) once()
  samples = 0
  const start = process.cpuUsage()
  for (let i = 0; i < rounds; i++) once()
  const { user, system } = process.cpuUsage(start)
  return (((user + system) * 1000) / samples).toFixed(1)
}

const shown = /^(xor jitter|xor2 jitter (none|each)|histogram|float histogram|histogram starts each)$/
for (const { name, encoding, data } of golden.filter((chunk) => shown.test(chunk.name))) {
  const bytes = Buffer.from(data, 'base64')
  const fast = nsPerSample(ROUNDS, () => decodeFast(encoding, bytes, 0, bytes.length, out))
  const reference = nsPerSample(SLOW_ROUNDS, () => {
    decodeReference(encoding, bytes, out)
  })
  console.log(`${name.padEnd(24)} ${fast.padStart(6)} ns a sample, by the reference ${reference}`)
}
