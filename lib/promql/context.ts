import type { Cancellation, Querier, Scope } from '#lib/storage'
import type { Annotations } from './annotations.ts'
import { formatDuration } from '#lib/model'
import { Account } from './account.ts'
import { bytesOf, countSamples, type VectorSeries, type VectorValue } from './columns.ts'
import { failQuery, QueryError } from './query-error.ts'

/** What one run of a query shares: where it reads, what bounds it, what it counts. */
export class QueryContext {
  readonly querier: Querier
  readonly scope: Scope
  readonly annotations: Annotations
  readonly isRange: boolean
  readonly lookbackMs: number
  /** For who reads: raised when the query is cancelled, and when its time is over. */
  readonly cancellation: Cancellation
  readonly #cancelled: Cancellation | undefined
  readonly #deadline: number
  readonly #timeoutMs: number
  /** How many samples, and how many bytes, its values hold. */
  readonly samples: Account
  readonly bytes: Account
  samplesRead = 0
  seriesRead = 0

  constructor(options: {
    querier: Querier
    scope: Scope
    annotations: Annotations
    isRange: boolean
    lookbackMs: number
    cancellation: Cancellation | undefined
    maxSamples: number
    maxBytes: number
    timeoutMs: number
  }) {
    this.querier = options.querier
    this.scope = options.scope
    this.annotations = options.annotations
    this.isRange = options.isRange
    this.lookbackMs = options.lookbackMs
    this.#cancelled = options.cancellation
    this.cancellation = { reason: () => this.#cancelled?.reason() ?? (this.#isLate() ? 'its time is over' : undefined) }
    this.#timeoutMs = options.timeoutMs
    this.#deadline = performance.now() + options.timeoutMs
    const { maxSamples, maxBytes } = options
    this.samples = new Account(maxSamples, () =>
      failQuery(
        `query processing would load too many samples into memory in query execution: more than ${maxSamples} (--query.max-samples); ask for fewer series, a shorter range or a longer step`,
      ),
    )
    this.bytes = new Account(maxBytes, () =>
      failQuery(
        `the query would take more than ${mebibytes(maxBytes)} MiB of memory (--query.max-memory); ask for fewer series, a shorter range or a longer step`,
      ),
    )
  }

  /** Throws when the query is to stop: cheap enough for once per series. */
  check(): void {
    if (this.#isLate()) {
      throw new QueryError(
        'timeout',
        `query timed out in expression evaluation: it took more than ${formatDuration(Math.max(0, Math.round(this.#timeoutMs)))} (--query.timeout, or the request's timeout)`,
      )
    }
    if (this.#cancelled?.reason() !== undefined)
      throw new QueryError('canceled', 'query was canceled in expression evaluation')
  }

  #isLate(): boolean {
    return performance.now() > this.#deadline
  }

  /** Counts samples of a value that is being made, and the bytes that they take. */
  hold(samples: number, bytes: number = samples * BYTES_OF_SAMPLE): void {
    this.samples.grow(samples)
    this.bytes.grow(bytes)
  }

  /** The batches of a round are over: what has grown lies in leaves. */
  endRound(): void {
    this.samples.gather()
    this.bytes.gather()
  }

  /** The series that a leaf has gathered, as a value. */
  handOver(gathered: VectorSeries[]): VectorValue {
    const series = gathered.splice(0)
    for (const one of series) {
      this.samples.handOver(countSamples(one))
      this.bytes.handOver(bytesOf(one))
    }
    return { kind: 'vector', series }
  }

  /** Counts the samples of a series that an operator made, and looks whether to go on. */
  holdSeries(series: VectorSeries): void {
    this.hold(countSamples(series), bytesOf(series))
    this.check()
  }
}

/** A time and a value. */
const BYTES_OF_SAMPLE = 16

function mebibytes(bytes: number): string {
  return String(Math.round((bytes / 2 ** 20) * 10) / 10)
}
