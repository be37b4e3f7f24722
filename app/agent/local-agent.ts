import { ContainerWatch, NodeCollectors, type Missing } from '#lib/collect'
import type { MetricFamily } from '#lib/exposition'
import type { Logger } from '#lib/log'
import type { Scope } from '#lib/storage'
import { withoutKubelets } from './kubelet-cover.ts'
import type { LocalTarget } from './local-targets.ts'

export interface AgentOptions {
  /** Empty: Docker is not asked. */
  readonly dockerSocket: string
  /** The machine's /var/log, where the kubelet names containers; absent: it is not looked at. */
  readonly logs?: string
  readonly collectorFlags: Readonly<Record<string, boolean | string | readonly string[]>>
}

/** How one collector did at the last collect. */
export interface CollectorState {
  readonly name: string
  readonly ok: boolean
  readonly durationSeconds: number
  /** Why it failed, while it fails. */
  readonly error?: string
}

/** How long the start waits for Docker's first answer. */
const DOCKER_WAIT_MS = 500

/** The watch over this machine: node metrics and container metrics. */
export class LocalAgent implements Disposable {
  readonly #collectors: NodeCollectors
  readonly #containers: ContainerWatch
  readonly #stop: AbortController
  readonly #errors = new Map<string, string>()
  #states: readonly CollectorState[] = []
  #isCovered: () => boolean = () => false

  private constructor(options: AgentOptions, log: Logger) {
    this.#stop = new AbortController()
    this.#collectors = new NodeCollectors({
      flags: options.collectorFlags,
      onError: (name, error) => this.#note(log, name, error),
    })
    const path = (name: string) => {
      const given = options.collectorFlags[`path.${name}`]
      return typeof given === 'string' ? { [name]: given } : {}
    }
    this.#containers = new ContainerWatch({
      dockerSocket: options.dockerSocket,
      logs: options.logs,
      ...path('procfs'),
      ...path('sysfs'),
      ...path('rootfs'),
      signal: this.#stop.signal,
    })
  }

  /** Opens the collectors; Docker is given a moment to answer, and watched for from then on. */
  static async open(options: AgentOptions, log: Logger): Promise<LocalAgent> {
    const agent = new LocalAgent(options, log)
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, DOCKER_WAIT_MS)
    await Promise.race([agent.#containers.ready, late.promise])
    clearTimeout(timer)
    return agent
  }

  /** What is scraped, with and without HTTP. */
  readonly targets: readonly LocalTarget[] = [
    { job: 'node', path: '/metrics', collect: (params) => this.node(params) },
    { job: 'cadvisor', path: '/metrics/cadvisor', collect: async () => this.#containerFamilies() },
  ]

  /** Node metrics; `collect[]` and `exclude[]` choose among the collectors. */
  async node(params: Readonly<Record<string, readonly string[]>>): Promise<MetricFamily[]> {
    const filter = { collect: params['collect[]'], exclude: params['exclude[]'] }
    const families = await this.#collectors.collect(filter)
    this.#states = statesOf(families).map((state) =>
      state.ok ? state : { ...state, error: this.#errors.get(state.name) },
    )
    return families
  }

  /** Says whether the kubelet of this machine is scraped: then its containers are its to tell of. */
  coverContainers(isCovered: () => boolean): void {
    this.#isCovered = isCovered
  }

  containers(scope: Scope) {
    return this.#containers.list.read(scope)
  }

  collectorStates(): readonly CollectorState[] {
    return this.#states
  }

  /** The container runtimes that were asked. */
  sources() {
    return this.#containers.sources()
  }

  get watchedRuntimes(): readonly string[] {
    return this.sources().flatMap(({ runtime, ok }) => (ok ? [`containers of ${runtime}`] : []))
  }

  notAvailable(): Missing[] {
    return this.#containers.missing()
  }

  #containerFamilies(): MetricFamily[] {
    const families = this.#containers.collect()
    return this.#isCovered() ? withoutKubelets(families) : families
  }

  /** An error is logged when it is new, not at every scrape. */
  #note(log: Logger, collector: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    if (this.#errors.get(collector) === text) return
    this.#errors.set(collector, text)
    log.warn({ collector, err: error }, 'a collector failed; the others go on')
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#collectors.close()
  }
}

function statesOf(families: readonly MetricFamily[]): CollectorState[] {
  const byCollector = (name: string) =>
    new Map(
      (families.find((family) => family.name === name)?.metrics ?? []).map(({ labels, value }) => [
        labels[1],
        Number(value),
      ]),
    )
  const seconds = byCollector('node_scrape_collector_duration_seconds')
  return [...byCollector('node_scrape_collector_success')].map(([name, ok]) => ({
    name,
    ok: ok === 1,
    durationSeconds: seconds.get(name) ?? 0,
  }))
}
