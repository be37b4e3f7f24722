/**
 * Reads one HTTP/1.1 response as its bytes arrive, cut anywhere, and puts the body into a buffer. It looks at each byte
 * of the head once and copies the body once.
 *
 *     head ──► length ──────────────────────────► done
 *          ├─► size ──► data ──► dataEnd ──► size … ──► trailer ──► done      (chunked)
 *          └─► untilClose ───────────────────────► done (at the end of the connection)
 */
import type { BodyBuffer } from './body-buffer.ts'
import { formatSize } from './format-size.ts'

const HEAD_LIMIT = 64 * 1024
const HEAD_STEP = 2048
const SIZE_LINE_LIMIT = 256
const TRAILER_LIMIT = 16 * 1024
const NEWLINE = 0x0a

type State = 'head' | 'length' | 'size' | 'data' | 'dataEnd' | 'trailer' | 'untilClose' | 'done' | 'failed'

/** The state of one response. */
export class HttpResponse {
  status: number
  statusText: string
  /** By their names in lower case; of one that comes twice, the values joined by commas. */
  readonly headers: Map<string, string>
  /** Whether the connection can carry another request. */
  isReusable: boolean
  /** Why it cannot be read, or ''. */
  err: string
  /** Whether it cannot be read because it is longer than the limit. */
  isTooLong: boolean
  readonly #body: BodyBuffer
  readonly #limitBytes: number
  #state: State
  #line: string
  #left: number
  #trailerBytes: number

  constructor(body: BodyBuffer, limitBytes: number) {
    this.status = 0
    this.statusText = ''
    this.headers = new Map()
    this.isReusable = false
    this.err = ''
    this.isTooLong = false
    this.#body = body
    this.#limitBytes = limitBytes
    this.#state = 'head'
    this.#line = ''
    this.#left = 0
    this.#trailerBytes = 0
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Whether the head has been read. */
  get hasHead(): boolean {
    return this.#state !== 'head'
  }

  /** Whether nothing of it has arrived. */
  get isUntouched(): boolean {
    return this.#state === 'head' && this.#line === '' && this.status === 0
  }

  /** Takes bytes. False when nothing more is wanted: it is done or has failed. */
  feed(bytes: Uint8Array, from: number, to: number): boolean {
    let at = from
    while (at < to && this.#state !== 'done' && this.#state !== 'failed') at = this.#take(bytes, at, to)
    if (at < to && this.#state === 'done') this.isReusable = false
    return this.#state !== 'done' && this.#state !== 'failed'
  }

  /** The connection has ended: whether the response is whole. */
  end(): boolean {
    this.isReusable = false
    if (this.#state === 'untilClose') this.#state = 'done'
    if (this.#state !== 'done' && this.#state !== 'failed') {
      this.#fail(
        this.hasHead ? 'the connection ended in the middle of the body' : 'the connection ended before an answer',
      )
    }
    return this.#state === 'done'
  }

  #take(bytes: Uint8Array, from: number, to: number): number {
    switch (this.#state) {
      case 'head':
        return this.#takeHead(bytes, from, to)
      case 'length':
      case 'data':
        return this.#takeBody(bytes, from, Math.min(to, from + this.#left))
      case 'untilClose':
        return this.#append(bytes, from, to)
      case 'size':
      case 'dataEnd':
      case 'trailer':
        return this.#takeLine(bytes, from, to)
      default:
        return to
    }
  }

  #takeHead(bytes: Uint8Array, from: number, to: number): number {
    const before = this.#line.length
    const stop = Math.min(to, from + HEAD_STEP)
    const text = this.#line + latin1(bytes, from, stop)
    const end = endOfHead(text, Math.max(0, before - 3))
    if (end === -1 || end > HEAD_LIMIT) {
      if (text.length > HEAD_LIMIT) return this.#fail(`the headers are longer than ${formatSize(HEAD_LIMIT)}`, to)
      this.#line = text
      return stop
    }
    this.#line = ''
    this.#readHead(text.slice(0, end))
    return from + end - before
  }

  #readHead(head: string): void {
    const [first, ...lines] = head.split(/\r?\n/)
    const status = /^HTTP\/(1\.[01]) (\d{3})(?: (.*))?$/.exec(first)
    if (!status) {
      this.#fail('the answer is not HTTP/1.1')
      return
    }
    this.status = Number(status[2])
    this.statusText = status[3] ?? ''
    this.headers.clear()
    for (const line of lines) this.#readHeader(line)
    // 100 Continue and its like are followed by the real answer.
    if (this.status < 200 && this.status !== 101) return
    const connection = (this.headers.get('connection') ?? '').toLowerCase()
    this.isReusable = status[1] === '1.1' ? !connection.includes('close') : connection.includes('keep-alive')
    this.#chooseBody()
  }

  #readHeader(line: string): void {
    const colon = line.indexOf(':')
    if (colon < 1) return
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const known = this.headers.get(name)
    this.headers.set(name, known === undefined ? value : `${known}, ${value}`)
  }

  #chooseBody(): void {
    const coding = this.headers.get('transfer-encoding')?.toLowerCase()
    const length = this.headers.get('content-length')
    if (this.status === 204 || this.status === 304) this.#state = 'done'
    else if (coding !== undefined && coding !== 'identity') this.#chooseCoding(coding)
    else if (length === undefined) {
      this.isReusable = false
      this.#state = 'untilClose'
    } else this.#chooseLength(length)
  }

  #chooseCoding(coding: string): void {
    if (coding === 'chunked') this.#state = 'size'
    else this.#fail(`transfer encoding ${JSON.stringify(coding)} is not supported`)
  }

  #chooseLength(text: string): void {
    // A proxy may send the same length twice.
    const lengths = new Set(text.split(',').map((part) => part.trim()))
    const [length] = lengths
    if (lengths.size > 1 || !/^\d{1,15}$/.test(length))
      this.#fail(`content length ${JSON.stringify(text)} is not a number`)
    else if (Number(length) > this.#limitBytes) this.#failLimit()
    else {
      this.#left = Number(length)
      this.#state = this.#left === 0 ? 'done' : 'length'
      this.#body.reserve(Math.min(this.#left, 1 << 20))
    }
  }

  #takeBody(bytes: Uint8Array, from: number, to: number): number {
    this.#append(bytes, from, to)
    this.#left -= to - from
    if (this.#left === 0 && this.#state === 'length') this.#state = 'done'
    else if (this.#left === 0 && this.#state === 'data') this.#state = 'dataEnd'
    return to
  }

  #append(bytes: Uint8Array, from: number, to: number): number {
    if (this.#body.length + to - from > this.#limitBytes) return this.#failLimit()
    this.#body.append(bytes, from, to)
    return to
  }

  /** Gathers a line of the chunked coding. */
  #takeLine(bytes: Uint8Array, from: number, to: number): number {
    let end = from
    while (end < to && bytes[end] !== NEWLINE && this.#line.length + end - from <= SIZE_LINE_LIMIT) end++
    this.#line += latin1(bytes, from, end)
    const limit = this.#state === 'trailer' ? TRAILER_LIMIT : SIZE_LINE_LIMIT
    if (this.#line.length > limit) return this.#fail('a line of the chunked coding is too long', to)
    if (end === to) return to
    if (bytes[end] !== NEWLINE) return end
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
    this.#line = ''
    this.#readLine(line)
    return end + 1
  }

  #readLine(line: string): void {
    if (this.#state === 'size') this.#readSize(line)
    else if (this.#state === 'dataEnd') {
      if (line === '') this.#state = 'size'
      else this.#fail('a chunk is longer than its size')
    } else if (line === '') this.#state = 'done'
    else {
      this.#trailerBytes += line.length
      if (this.#trailerBytes > TRAILER_LIMIT) this.#fail('the trailers are too long')
    }
  }

  #readSize(line: string): void {
    const size = /^[ \t]*([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line)
    if (!size) {
      this.#fail(`chunk size ${JSON.stringify(line.slice(0, 20))} is not a number`)
      return
    }
    this.#left = Number.parseInt(size[1], 16)
    this.#state = this.#left === 0 ? 'trailer' : 'data'
  }

  #failLimit(): number {
    this.isTooLong = true
    return this.#fail(`body exceeds body_size_limit of ${formatSize(this.#limitBytes)}`, Number.MAX_SAFE_INTEGER)
  }

  #fail(what: string, at = 0): number {
    this.err = what
    this.isReusable = false
    this.#state = 'failed'
    return at
  }
}

/** Where the empty line that ends a head is over, or -1. */
function endOfHead(text: string, from: number): number {
  for (let at = text.indexOf('\n', from); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (text[at + 1] === '\n') return at + 2
    if (text[at + 1] === '\r' && text[at + 2] === '\n') return at + 3
  }
  return -1
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
}
