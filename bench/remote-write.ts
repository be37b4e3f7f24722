import type { BenchSet } from './promql-data.ts'
import { INTERVAL_MS } from './promql-data.ts'

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
        const body = new Bytes()
        for (const { labels, valueAt } of series.slice(at, at + SERIES)) {
          const one = new Bytes()
          for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
            one.message(1, new Bytes().text(1, name).text(2, value))
          for (let timeMs = begin; timeMs < end; timeMs += INTERVAL_MS)
            one.message(
              2,
              new Bytes().double(1, valueAt(Math.round((timeMs - firstMs) / INTERVAL_MS))).varint(2, timeMs),
            )
          body.message(1, one)
        }
        await post(url, body.done())
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
class Bytes {
  #bytes = new Uint8Array(256)
  #length = 0

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  varint(field: number, value: number): this {
    this.#raw(field * 8)
    return this.#raw(value)
  }

  double(field: number, value: number): this {
    this.#raw(field * 8 + 1)
    this.#room(8)
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true)
    this.#length += 8
    return this
  }

  text(field: number, value: string): this {
    return this.#part(field, Buffer.from(value))
  }

  message(field: number, value: Bytes): this {
    return this.#part(field, value.done())
  }

  #part(field: number, bytes: Uint8Array): this {
    this.#raw(field * 8 + 2)
    this.#raw(bytes.length)
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  #raw(value: number): this {
    this.#room(10)
    let left = value
    for (; left >= 128; left = Math.floor(left / 128)) this.#bytes[this.#length++] = (left % 128) | 128
    this.#bytes[this.#length++] = left
    return this
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + bytes))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/** Snappy's block format with literals alone: nothing is compressed, and every reader takes it. */
function snappy(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [varint(body.length)]
  for (let at = 0; at < body.length; at += 65_536) {
    const part = body.subarray(at, at + 65_536)
    parts.push(Uint8Array.of(61 << 2, (part.length - 1) & 255, (part.length - 1) >> 8), part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let left = value
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  return Uint8Array.from([...bytes, left])
}
