import { once } from 'node:events'
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type FloatHistogram, Labels, newMatcher, type MatchOp } from '#lib/model'
import type { LabelTable, Querier, SelectRequest, SeriesBatch, SeriesRequest } from './querier.ts'
import type { Scope } from './scope.ts'

/** How the remote store behaves, besides being right. */
export interface RemoteManners {
  /** Before each series. */
  readonly delayMs: number
  /** It cuts the connection in the middle of the one after so many. */
  readonly failsAfter?: number
}

/** What a series is sent as: a line of JSON; values as the base64 of their bytes, since a stale marker is no number of JSON. */
interface SentSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly times: string
  readonly values: string
  /** At the places of values; null where there is none. */
  readonly histograms?: readonly (FloatHistogram | null)[]
}

interface Asked {
  readonly what: 'select' | 'series' | 'labelNames' | 'labelValues'
  readonly scope: Scope
  readonly matcherSets: readonly (readonly { name: string; op: MatchOp; value: string }[])[]
  readonly startMs: number
  readonly endMs: number
  readonly limit?: number
  readonly name?: string
}

/** A store behind HTTP on loopback, which gives one series a batch, slowly. */
export class RemoteStore implements AsyncDisposable {
  manners: RemoteManners
  readonly #open: () => Querier
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  private constructor(open: () => Querier, manners: RemoteManners) {
    this.#open = open
    this.manners = manners
  }

  static async start(open: () => Querier, manners: RemoteManners): Promise<RemoteStore> {
    const store = new RemoteStore(open, manners)
    store.#server.listen(0, '127.0.0.1')
    await once(store.#server, 'listening')
    return store
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  connections(): Promise<number> {
    return new Promise((resolve) => this.#server.getConnections((_, count) => resolve(count)))
  }

  querier(): Querier {
    return new RemoteQuerier(this.url)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const piece of request) body += String(piece)
    const asked = JSON.parse(body) as Asked
    const matcherSets = asked.matcherSets.map((set) => set.map(({ name, op, value }) => newMatcher(name, op, value)))
    const { scope, startMs, endMs, limit } = asked
    using querier = this.#open()
    if (asked.what === 'select') {
      return this.#send(querier, scope, { matchers: matcherSets[0], startMs, endMs }, response)
    }
    const of = { matcherSets, startMs, endMs, limit }
    if (asked.what === 'series') {
      const found = await querier.series(scope, of)
      response.end(JSON.stringify(found.map((labels) => Object.fromEntries(labels))))
    } else if (asked.what === 'labelNames') response.end(JSON.stringify(await querier.labelNames(scope, of)))
    else response.end(JSON.stringify(await querier.labelValues(scope, asked.name ?? '', of)))
  }

  async #send(querier: Querier, scope: Scope, select: SelectRequest, response: ServerResponse): Promise<void> {
    let sent = 0
    response.flushHeaders()
    for await (const batch of querier.select(scope, select)) {
      for (let i = 0; i < batch.count; i++) {
        await new Promise((resolve) => setTimeout(resolve, this.manners.delayMs).unref())
        const line = `${JSON.stringify(sentSeries(querier, batch, i))}\n`
        if (sent++ === this.manners.failsAfter) {
          response.write(line.slice(0, line.length / 2), () => response.destroy())
          return
        }
        if (response.destroyed) return
        response.write(line)
      }
    }
    response.end('end\n')
  }
}

function sentSeries(querier: Querier, batch: SeriesBatch, i: number): SentSeries {
  const [from, to] = [batch.offsets[i], batch.offsets[i + 1]]
  const timesAt = batch.timeOffsets[i]
  return {
    labels: Object.fromEntries(querier.labels.get(batch.labels[i])),
    times: base64(batch.times.slice(timesAt, timesAt + to - from)),
    values: base64(batch.values.slice(from, to)),
    ...(batch.histograms
      ? { histograms: Array.from(batch.values.subarray(from, to), (_, k) => batch.histograms?.[from + k] ?? null) }
      : {}),
  }
}

function base64(column: Float64Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64')
}

function columnOf(text: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

/** How often a cancellation is looked at while nothing comes. */
const LOOK_MS = 10

class RemoteQuerier implements Querier {
  readonly labels: LabelTable
  readonly #url: string
  readonly #table: Labels[] = []
  readonly #running = new Set<AbortController>()

  constructor(url: string) {
    this.#url = url
    this.labels = { get: (id) => this.#table[id] }
  }

  async *select(scope: Scope, select: SelectRequest): AsyncIterable<SeriesBatch> {
    const { cancellation, startMs, endMs } = select
    const abort = new AbortController()
    const looking = setInterval(() => {
      if (cancellation?.reason() !== undefined) abort.abort()
    }, LOOK_MS)
    this.#running.add(abort)
    let series = 0
    try {
      const asked = { what: 'select', scope, matcherSets: [textsOf(select.matchers)], startMs, endMs } as const
      for await (const line of lines(await this.#ask(asked, abort.signal))) {
        if (cancellation?.reason() !== undefined) return
        if (line === 'end') return
        yield this.#batchOf(JSON.parse(line) as SentSeries)
        series++
      }
      throw new Error('it ended before its end')
    } catch (error) {
      if (abort.signal.aborted) return
      throw new Error(`remote store ${this.#url}: after ${series} series: ${(error as Error).message}`, {
        cause: error,
      })
    } finally {
      clearInterval(looking)
      abort.abort()
      this.#running.delete(abort)
    }
  }

  async series(scope: Scope, request: SeriesRequest): Promise<Labels[]> {
    const found = (await this.#list('series', scope, request)) as Record<string, string>[]
    return found.map((labels) => Labels.from(labels))
  }

  async labelNames(scope: Scope, request: SeriesRequest): Promise<string[]> {
    return (await this.#list('labelNames', scope, request)) as string[]
  }

  async labelValues(scope: Scope, name: string, request: SeriesRequest): Promise<string[]> {
    return (await this.#list('labelValues', scope, request, name)) as string[]
  }

  [Symbol.dispose](): void {
    for (const abort of this.#running) abort.abort()
  }

  async #list(what: Asked['what'], scope: Scope, request: SeriesRequest, name?: string): Promise<unknown> {
    const { startMs, endMs, limit } = request
    const matcherSets = request.matcherSets.map(textsOf)
    let text = ''
    for await (const piece of await this.#ask({ what, scope, matcherSets, startMs, endMs, limit, name }))
      text += String(piece)
    return JSON.parse(text)
  }

  #ask(asked: Asked, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(this.#url, { method: 'POST', signal, agent: false }, resolve)
      sent.on('error', reject)
      sent.end(JSON.stringify(asked))
    })
  }

  #batchOf(series: SentSeries): SeriesBatch {
    const times = columnOf(series.times)
    return {
      count: 1,
      labels: Uint32Array.of(this.#table.push(Labels.from(series.labels)) - 1),
      offsets: Uint32Array.of(0, times.length),
      timeOffsets: Uint32Array.of(0),
      times,
      values: columnOf(series.values),
      ...(series.histograms ? { histograms: series.histograms.map((one) => one ?? undefined) } : {}),
    }
  }
}

function textsOf(matchers: SelectRequest['matchers']) {
  return matchers.map(({ name, op, value }) => ({ name, op, value }))
}

async function* lines(answer: IncomingMessage): AsyncIterable<string> {
  let rest = ''
  for await (const piece of answer) {
    const parts = (rest + String(piece)).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}
