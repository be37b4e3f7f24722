import type { ClusterModel } from '#lib/cluster'
import type { Asked } from './ask.ts'

export interface CadvisorParts {
  readonly model: ClusterModel
  ask(expr: string): Promise<Asked[]>
  /** Told the nodes whose kubelet names no container at /metrics/cadvisor, whenever they are other ones. */
  onNodes(nodes: readonly string[]): void
  readonly now?: () => number
}

/** Soon after the start it is looked often, as charts wait for it. */
const EARLY_MS = 120_000
const EARLY_EVERY_MS = 2000
const EVERY_MS = 60_000
/** What an answer said holds so long; a kubelet that is read another way by then is asked about in the store. */
const SEEN_MS = 300_000

const CADVISOR = 'job="kubelet",metrics_path="/metrics/cadvisor"'
const SILENT = `up{${CADVISOR}} == 1 unless on (node) group by (node) (container_cpu_usage_seconds_total{${CADVISOR},container!=""})`

/** Finds the nodes whose cAdvisor tells of no container, where pods run: /metrics/resource is asked there instead. */
export class CadvisorWatch {
  readonly #parts: CadvisorParts
  readonly #now: () => number
  readonly #startedMs: number
  /** Whether a node's cAdvisor names containers, where its body came through this thread. */
  readonly #seen = new Map<string, { readonly names: boolean; readonly atMs: number }>()
  #lookedMs = -Infinity
  #nodes = ''

  constructor(parts: CadvisorParts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
    this.#startedMs = this.#now()
  }

  /** What an answer that came through this thread said. */
  note(node: string, names: boolean): void {
    const isNews = this.#seen.get(node)?.names !== names
    this.#seen.set(node, { names, atMs: this.#now() })
    if (isNews) this.#lookedMs = -Infinity
  }

  /** Looks if it is time. */
  async look(): Promise<void> {
    const now = this.#now()
    const everyMs = now - this.#startedMs < EARLY_MS ? EARLY_EVERY_MS : EVERY_MS
    if (now - this.#lookedMs < everyMs) return
    this.#lookedMs = now
    const asked = (await this.#parts.ask(SILENT)).map(({ labels }) => labels.node ?? '')
    for (const [node, { atMs }] of this.#seen) if (now - atMs > SEEN_MS) this.#seen.delete(node)
    const seen = [...this.#seen].flatMap(([node, { names }]) => (names ? [] : [node]))
    this.#tell([...seen, ...asked.filter((node) => !this.#seen.has(node))])
  }

  #tell(silent: readonly string[]): void {
    const busy = new Set<string>()
    for (const { phase, node } of this.#parts.model.records.pods.values()) if (phase === 'Running') busy.add(node)
    const nodes = silent.filter((node) => busy.has(node)).toSorted()
    if (nodes.join(' ') === this.#nodes) return
    this.#nodes = nodes.join(' ')
    this.#parts.onNodes(nodes)
  }
}
