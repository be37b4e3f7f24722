import { ByteWriter, MAX_VARINT_BYTES, writeVarint } from '#lib/codec'
import { type BenchSet, INTERVAL_MS } from './promql-data.ts'

/** Steps and series of one request. */
const STEPS = 60
const SERIES = 500

/** Writes sets by Prometheus' remote write 1.0, all of one time before any of the next. */
export async function remoteWrite(url: string, sets: readonly BenchSet[], endMs: number): Promise<void> {
  const longest = Math.max(...sets.map(({ lengthMs }) => lengthMs))
  for (let fromMs = endMs - longest; fromMs <= endMs; fromMs += STEPS * INTERVAL_MS) {
    for (const { lengthMs, series } of sets) {
      const firstMs = endMs - lengthMs
      const begin = Math.max(fromMs, firstMs)
      const end = Math.min(fromMs + STEPS * INTERVAL_MS, endMs + INTERVAL_MS)
      if (begin >= end) continue
      for (let at = 0; at < series.length; at += SERIES) {
        const body = new Message()
        for (const { labels, valueAt } of series.slice(at, at + SERIES)) {
          const one = new Message()
          for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
            one.message(1, new Message().text(1, name).text(2, value))
          for (let timeMs = begin; timeMs < end; timeMs += INTERVAL_MS)
            one.message(
              2,
              new Message().double(1, valueAt(Math.round((timeMs - firstMs) / INTERVAL_MS))).varint(2, timeMs),
            )
          body.message(1, one)
        }
        await post(url, body.bytes())
      }
    }
  }
}

async function post(url: string, body: Uint8Array): Promise<void> {
  const headers = {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
  }
  const answer = await fetch(url, { method: 'POST', headers, body: snappy(body) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
}

/** Protocol buffers, as far as they are needed here. */
class Message {
  readonly #out = new ByteWriter(256)

  bytes(): Uint8Array {
    return this.#out.written()
  }

  varint(field: number, value: number): this {
    this.#out.varint(field * 8)
    this.#out.varint(value)
    return this
  }

  double(field: number, value: number): this {
    this.#out.varint(field * 8 + 1)
    this.#out.append(new Uint8Array(Float64Array.of(value).buffer))
    return this
  }

  text(field: number, value: string): this {
    this.#out.varint(field * 8 + 2)
    this.#out.string(value)
    return this
  }

  message(field: number, value: Message): this {
    this.#out.varint(field * 8 + 2)
    this.#out.varint(value.bytes().length)
    this.#out.append(value.bytes())
    return this
  }
}

/** Snappy's block format with literals alone: nothing is compressed, and every reader takes it. */
function snappy(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = new Uint8Array(MAX_VARINT_BYTES)
  const parts: Uint8Array[] = [length.subarray(0, writeVarint(length, 0, body.length))]
  for (let at = 0; at < body.length; at += 65_536) {
    const part = body.subarray(at, at + 65_536)
    parts.push(Uint8Array.of(61 << 2, (part.length - 1) & 255, (part.length - 1) >> 8), part)
  }
  return new Uint8Array(Buffer.concat(parts))
}
