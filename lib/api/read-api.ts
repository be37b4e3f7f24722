import type { Matcher } from '#lib/model'
import { type Engine, type Expr, parseSelector, prettifyExpr, type QueryRequest, translateExpr } from '#lib/promql'
import { bug } from '#lib/run'
import type { Cancellation, Querier, Scope, SeriesRequest } from '#lib/storage'
import { type Answer, ApiError, errorAnswer } from './error.ts'
import { GZIP_FROM, gzipped } from './gzip.ts'
import { JsonBytes } from './json-bytes.ts'
import {
  durationParam,
  first,
  invalid,
  limitParam,
  metadataLimitParam,
  requiredDurationParam,
  requiredTimeParam,
  MAX_TIME_MS,
  MIN_TIME_MS,
  type Params,
  timeParam,
} from './params.ts'
import type { PartPackers } from './range-part.ts'
import { type PackedBody, resultAnswer } from './result-json.ts'

/** The reads that run in a query thread. */
export const readEndpoints = [
  'query',
  'query_range',
  'explain',
  'format_query',
  'parse_query',
  'series',
  'labels',
  'label_values',
  'metadata',
] as const
export type ReadEndpoint = (typeof readEndpoints)[number]

export interface ReadRequest {
  readonly endpoint: ReadEndpoint
  readonly params: Params
  /** Of label_values. */
  readonly label?: string
  readonly scope: Scope
  readonly nowMs: number
  /** Whether the answer may be compressed. */
  readonly gzip?: boolean
}

/** Type, help and unit of a family, by its name. */
export interface MetadataEntry {
  readonly type: string
  readonly help: string
  readonly unit: string
}

/** What a query thread reads from. */
export interface ReadSource {
  querier(): Querier
  metadata(scope: Scope): ReadonlyMap<string, readonly MetadataEntry[]>
}

/** The most points of a series in a range answer, as in Prometheus. */
const MAX_POINTS = 11_000

/** Answers the reading half of Prometheus' HTTP API with finished bytes. */
export class ReadApi {
  readonly #engine: Engine
  readonly #source: ReadSource
  readonly #packers: PartPackers | undefined

  /** `packers` help with large answers. */
  constructor(engine: Engine, source: ReadSource, packers?: PartPackers) {
    this.#engine = engine
    this.#packers = packers
    this.#source = source
  }

  async answer(request: ReadRequest, cancellation: Cancellation): Promise<Answer> {
    try {
      const { body, encoding } = await this.#run(request, cancellation)
      if (encoding !== undefined || request.gzip !== true || body.length < GZIP_FROM)
        return { status: 200, body, encoding }
      return { status: 200, body: await gzipped(body), encoding: 'gzip' }
    } catch (error) {
      return errorAnswer(error)
    }
  }

  async #run(request: ReadRequest, cancellation: Cancellation): Promise<PackedBody> {
    switch (request.endpoint) {
      case 'query':
        return this.#evaluate(request, atTime(request), cancellation)
      case 'query_range':
        return this.#evaluate(request, rangeOf(request), cancellation)
      case 'explain':
        return this.#explain(request, cancellation)
      case 'format_query':
        return success(prettifyExpr(this.#parse(request)))
      case 'parse_query':
        return success(translateExpr(this.#parse(request)))
      case 'series':
        return this.#series(request, cancellation)
      case 'labels':
        return this.#labels(request, cancellation)
      case 'label_values':
        return this.#labelValues(request, cancellation)
      case 'metadata':
        return this.#metadata(request)
    }
    return bug(`no endpoint ${String(request.endpoint)}`)
  }

  /** The plan of a query at one time, or of a range where `start` is given. */
  async #explain(request: ReadRequest, cancellation: Cancellation) {
    const times = first(request.params, 'start') === '' ? atTime(request) : rangeOf(request)
    using querier = this.#source.querier()
    return success(await this.#engine.explain(querier, this.#asked(request, times, cancellation)).catch(ofQuery))
  }

  #parse({ params }: ReadRequest): Expr {
    try {
      return this.#engine.parse(first(params, 'query'))
    } catch (error) {
      return ofQuery(error)
    }
  }

  async #evaluate(request: ReadRequest, times: QueryTimes, cancellation: Cancellation) {
    const { params, gzip } = request
    const limit = limitParam(params)
    const asked = this.#asked(request, times, cancellation)
    using querier = this.#source.querier()
    const result = await this.#engine.query(querier, asked).catch(ofQuery)
    return resultAnswer(result, { stats: first(params, 'stats') !== '', limit }, gzip, this.#packers)
  }

  #asked({ params, scope }: ReadRequest, times: QueryTimes, cancellation: Cancellation): QueryRequest {
    const timeoutMs = durationParam(params, 'timeout')
    if (timeoutMs !== undefined && timeoutMs <= 0)
      throw invalid('timeout', `timeout must be positive, got ${first(params, 'timeout')}`)
    const lookbackMs = durationParam(params, 'lookback_delta')
    return { expr: first(params, 'query'), ...times, scope, lookbackMs, timeoutMs, cancellation }
  }

  async #series(request: ReadRequest, cancellation: Cancellation) {
    if ((request.params['match[]'] ?? []).length === 0) throw new ApiError('bad_data', 'no match[] parameter provided')
    const limit = limitParam(request.params)
    using querier = this.#source.querier()
    const found = await querier.series(request.scope, seriesRequest(request, limit, cancellation))
    checkEnd(cancellation)
    return listAnswer(found, limit, (json, labels) => json.value(labels))
  }

  async #labels(request: ReadRequest, cancellation: Cancellation) {
    const limit = limitParam(request.params)
    using querier = this.#source.querier()
    const names = await querier.labelNames(request.scope, seriesRequest(request, limit, cancellation))
    checkEnd(cancellation)
    return listAnswer(names, limit, (json, name) => json.string(name))
  }

  async #labelValues(request: ReadRequest, cancellation: Cancellation) {
    const name = unescapeName(request.label ?? '')
    if (name === '') throw new ApiError('bad_data', `invalid label name: ${JSON.stringify(name)}`)
    const limit = limitParam(request.params)
    using querier = this.#source.querier()
    const values = await querier.labelValues(request.scope, name, seriesRequest(request, limit, cancellation))
    checkEnd(cancellation)
    return listAnswer(values, limit, (json, value) => json.string(value))
  }

  #metadata({ params, scope }: ReadRequest) {
    const limit = metadataLimitParam(params, 'limit')
    const perMetric = metadataLimitParam(params, 'limit_per_metric')
    const metric = first(params, 'metric')
    const all = this.#source.metadata(scope)
    const wanted = metric === '' ? [...all.keys()].sort() : all.has(metric) ? [metric] : []
    // A limit of 0 gives no metric, but all entries of one, as in Prometheus.
    const data = wanted
      .slice(0, limit)
      .map((name) => [name, (all.get(name) ?? []).slice(0, perMetric === 0 ? undefined : perMetric)])
    return success(Object.fromEntries(data))
  }
}

/** When a query looks, in milliseconds; a step of 0: once, at the end. */
interface QueryTimes {
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

function atTime({ params, nowMs }: ReadRequest): QueryTimes {
  const timeMs = timeParam(params, 'time', nowMs)
  return { startMs: timeMs, endMs: timeMs, stepMs: 0 }
}

function rangeOf({ params }: ReadRequest): QueryTimes {
  const startMs = requiredTimeParam(params, 'start')
  const endMs = requiredTimeParam(params, 'end')
  if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time')
  const stepMs = requiredDurationParam(params, 'step')
  if (stepMs <= 0)
    throw invalid('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer')
  if (Math.floor((endMs - startMs) / stepMs) > MAX_POINTS) {
    throw new ApiError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    )
  }
  return { startMs, endMs, stepMs }
}

/** What is wrong with the query's text is wrong with that parameter. */
function ofQuery(error: unknown): never {
  throw isParseError(error) ? invalid('query', (error as Error).message) : error
}

function success(data: unknown): PackedBody {
  return { body: new JsonBytes().ascii('{"status":"success","data":').value(data).ascii('}').finish() }
}

function isParseError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'bad_data'
}

/** One more than the limit is asked for, so that the answer can say that it was cut. */
function seriesRequest({ params }: ReadRequest, limit: number, cancellation: Cancellation): SeriesRequest {
  return {
    matcherSets: matcherSets(params),
    startMs: timeParam(params, 'start', MIN_TIME_MS),
    endMs: timeParam(params, 'end', MAX_TIME_MS),
    limit: limit === 0 ? 0 : limit + 1,
    cancellation,
  }
}

/** A reading that is cancelled ends as if there were no more: what it found is a part, and no answer. */
function checkEnd(cancellation: Cancellation): void {
  const reason = cancellation.reason()
  if (reason !== undefined) throw new ApiError('canceled', `the list was not read to its end: ${reason}`)
}

const EMPTY = 'must contain at least one non-empty matcher'

function matcherSets(params: Params): (readonly Matcher[])[] {
  return (params['match[]'] ?? []).map((text) => {
    let matchers: readonly Matcher[]
    try {
      matchers = parseSelector(text)
    } catch (error) {
      throw (error as Error).message.endsWith(EMPTY) ? invalid('match[]', `match[] ${EMPTY}`) : error
    }
    return matchers
  })
}

function listAnswer<T>(items: readonly T[], limit: number, write: (json: JsonBytes, item: T) => void): PackedBody {
  const cut = limit > 0 && items.length > limit
  const kept = cut ? items.slice(0, limit) : items
  const json = new JsonBytes().ascii('{"status":"success","data":[')
  for (const [i, item] of kept.entries()) {
    if (i > 0) json.ascii(',')
    write(json, item)
  }
  json.ascii(']')
  if (cut) json.ascii(',"warnings":["results truncated due to limit"]')
  return { body: json.ascii('}').finish() }
}

/** `U__http_2e_status` → `http.status`: the form in which a path carries a name that is not plain. */
function unescapeName(name: string): string {
  if (!name.startsWith('U__')) return name
  return name
    .slice(3)
    .replace(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex?: string) =>
      hex === undefined ? whole.slice(1) : String.fromCodePoint(Number.parseInt(hex, 16)),
    )
}
