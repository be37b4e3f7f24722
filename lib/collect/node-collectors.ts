import type { MetricFamily } from '#lib/exposition'
import { parseCollectorFlags } from './collector-flags.ts'
import { NoDataError, PartialDataError, type CollectContext } from './collector.ts'
import { collectors } from './collectors.ts'
import { Families, inOrder } from './families.ts'
import { FlagError, type FlagMap } from './flags.ts'
import { netFolder } from './net-folder.ts'
import { Probe } from './probe.ts'

/** What node metrics are made of. */
export interface NodeCollectorsOptions {
  /** Flags by name without dashes, as in `collectorFlags`. */
  readonly flags?: FlagMap
  /** Collectors to turn on or off besides what the flags say. */
  readonly enabled?: readonly string[]
  readonly disabled?: readonly string[]
  /** How long one collector may take. */
  readonly timeoutMs?: number
  readonly clock?: () => number
  /** Told of each failure of a collector. */
  readonly onError?: (collector: string, error: unknown) => void
}

/** Which collectors one answer holds: `?collect[]=` and `?exclude[]=`. */
export interface CollectFilter {
  readonly collect?: readonly string[]
  readonly exclude?: readonly string[]
}

interface Running {
  readonly name: string
  readonly collect: () => MetricFamily[] | Promise<MetricFamily[]>
  /** A collector that was late is not started again before it ended. */
  isBusy: boolean
}

interface Outcome {
  readonly name: string
  readonly families: readonly MetricFamily[]
  readonly durationSeconds: number
  readonly isSuccess: boolean
}

const DEFAULT_TIMEOUT_MS = 2000

/** The machine's metrics under node_exporter's names. A collector that fails or is late costs itself alone. */
export class NodeCollectors {
  readonly #running: Running[]
  readonly #probe = new Probe()
  readonly #timeoutMs: number
  readonly #onError: (collector: string, error: unknown) => void

  constructor(options: NodeCollectorsOptions = {}) {
    const { values, enabled } = parseCollectorFlags(options.flags ?? {})
    const on = new Set([...enabled, ...(options.enabled ?? [])])
    for (const name of options.disabled ?? []) on.delete(name)
    const path = (name: string) => values.text(`path.${name}`).replace(/(?<=.)\/+$/, '')
    const context: CollectContext = {
      procfs: path('procfs'),
      netfs: netFolder(path('procfs')),
      nodeName: values.text('node.name'),
      sysfs: path('sysfs'),
      rootfs: path('rootfs'),
      udevData: path('udev.data'),
      flags: values,
      probe: this.#probe,
      clock: options.clock ?? Date.now,
      isEnabled: (name) => on.has(name),
    }
    this.#running = collectors
      .filter(({ name }) => on.has(name))
      .map((collector) => ({ name: collector.name, collect: collector.open(context), isBusy: false }))
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
    this.#onError = options.onError ?? (() => undefined)
  }

  /** Names of the collectors that are on. */
  get names(): readonly string[] {
    return this.#running.map(({ name }) => name)
  }

  /** Families in order. Throws a `FlagError` for a filter that names a collector that is not on. */
  async collect(filter: CollectFilter = {}): Promise<MetricFamily[]> {
    const outcomes = await Promise.all(this.#chosen(filter).map((running) => this.#run(running)))
    const report = new Families()
    for (const { name, durationSeconds, isSuccess } of outcomes) {
      const labels = ['collector', name]
      report.gauge(
        'node_scrape_collector_duration_seconds',
        'node_exporter: Duration of a collector scrape.',
        durationSeconds,
        labels,
      )
      report.gauge(
        'node_scrape_collector_success',
        'node_exporter: Whether a collector succeeded.',
        isSuccess ? 1 : 0,
        labels,
      )
    }
    return inOrder([...outcomes.flatMap(({ families }) => families), ...report.done()])
  }

  close(): void {
    this.#probe.close()
  }

  #chosen({ collect = [], exclude = [] }: CollectFilter): Running[] {
    for (const name of [...collect, ...exclude]) {
      if (!this.#running.some((running) => running.name === name))
        throw new FlagError('collect', `no collector ${name}`)
    }
    const isChosen = (name: string) => (collect.length === 0 || collect.includes(name)) && !exclude.includes(name)
    return this.#running.filter(({ name }) => isChosen(name))
  }

  async #run(running: Running): Promise<Outcome> {
    const started = performance.now()
    const outcome = (families: readonly MetricFamily[], isSuccess: boolean): Outcome => {
      return { name: running.name, families, durationSeconds: (performance.now() - started) / 1000, isSuccess }
    }
    if (running.isBusy) return outcome([], false)
    try {
      const work = running.collect()
      return outcome(Array.isArray(work) ? work : await this.#inTime(running, work), true)
    } catch (error) {
      if (!(error instanceof NoDataError)) this.#onError(running.name, error)
      return outcome(error instanceof PartialDataError ? error.families : [], false)
    }
  }

  async #inTime(running: Running, work: Promise<MetricFamily[]>): Promise<MetricFamily[]> {
    running.isBusy = true
    const settled = work.finally(() => {
      running.isBusy = false
    })
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`no answer after ${this.#timeoutMs} ms`)), this.#timeoutMs)
    try {
      return await Promise.race([settled, promise])
    } finally {
      clearTimeout(timer)
      settled.catch(() => undefined) // the race has told of it, or its time was over
    }
  }
}
