import type { Scope } from '#lib/storage'
import { type ClusterStatus, clusterView } from './cluster-view.ts'
import type { ClusterModel } from './model.ts'
import { rowsOf } from './rows.ts'
import { type Totals, totalsOf } from './totals.ts'
import { type ListAnswer, type RowSource, VersionedList, type WholeList } from './versioned-list.ts'
import type { ClusterView, ContainerView, EventView, NamespaceView, NodeView, PodView, WorkloadView } from './views.ts'

/** The rows of each list. */
export interface ClusterRows {
  readonly nodes: NodeView
  readonly namespaces: NamespaceView
  readonly workloads: WorkloadView
  readonly pods: PodView
  readonly containers: ContainerView
  readonly events: EventView
}

export type ClusterListName = keyof ClusterRows

/** The lists of a cluster, by name. */
export const clusterListNames = Object.keys(rowsOf) as readonly ClusterListName[]

/** How long a list that nobody reads is kept up to be read again. */
const IDLE_MS = 5 * 60_000

export interface ClusterListOptions {
  /** The most of one CPU that keeping a list up to date may take: after a long look it rests. Default: no bound. */
  readonly cpuShare?: number
}

/** The longest rest. */
const MAX_REST_MS = 15_000

interface OpenList {
  readonly list: VersionedList<ClusterRows[ClusterListName]>
  readonly sources: (totals: Totals) => Iterable<RowSource<ClusterRows[ClusterListName]>>
  modelVersion: number
  updatedMs: number
  restMs: number
  readMs: number
}

/** What pages read of a cluster: lists that tell what has changed, made while somebody reads them. */
export class ClusterLists {
  readonly #model: ClusterModel
  readonly #cpuShare: number
  readonly #open = new Map<ClusterListName, OpenList>()
  #totals: Totals | undefined
  #totalsVersion = -1

  constructor(model: ClusterModel, { cpuShare = Number.POSITIVE_INFINITY }: ClusterListOptions = {}) {
    this.#model = model
    this.#cpuShare = cpuShare
  }

  /** All rows of a list that a reader may see. */
  whole<Name extends ClusterListName>(name: Name, scope: Scope, nowMs: number): WholeList<ClusterRows[Name]> {
    return this.#read(name, nowMs).whole(scope) as WholeList<ClusterRows[Name]>
  }

  /** What has changed in a list since a version; undefined when nothing has that the reader may see. */
  since<Name extends ClusterListName>(
    name: Name,
    scope: Scope,
    version: number,
    nowMs: number,
  ): ListAnswer<ClusterRows[Name]> | undefined {
    return this.#read(name, nowMs).since(scope, version) as ListAnswer<ClusterRows[Name]> | undefined
  }

  /** The cluster itself. */
  cluster(status: ClusterStatus, scope: Scope): ClusterView {
    return clusterView(this.#model, this.totals, status, scope)
  }

  /** The sums over pods, of now. */
  get totals(): Totals {
    if (!this.#totals || this.#totalsVersion !== this.#model.version)
      this.#totals = totalsOf(this.#model.records, this.#totals)
    this.#totalsVersion = this.#model.version
    return this.#totals
  }

  /** Drops the lists that nobody has read for a while. */
  tidy(nowMs: number): void {
    for (const [name, { readMs }] of this.#open) if (nowMs - readMs >= IDLE_MS) this.#open.delete(name)
  }

  #read(name: ClusterListName, nowMs: number): VersionedList<ClusterRows[ClusterListName]> {
    const open = this.#open.get(name) ?? this.#make(name)
    open.readMs = nowMs
    if (this.#isDue(open, nowMs)) this.#update(open, nowMs)
    else open.list.begin(nowMs)
    return open.list
  }

  /** States change with time as well: a look each second is often enough. */
  #isDue({ modelVersion, updatedMs, restMs }: OpenList, nowMs: number): boolean {
    const passedMs = nowMs - updatedMs
    return passedMs >= restMs && (modelVersion !== this.#model.version || passedMs >= 1000)
  }

  #update(open: OpenList, nowMs: number): void {
    const began = performance.now()
    open.list.update(open.sources(this.totals), nowMs)
    open.modelVersion = this.#model.version
    open.updatedMs = nowMs
    open.restMs = Math.min(MAX_REST_MS, (performance.now() - began) / this.#cpuShare)
  }

  #make(name: ClusterListName): OpenList {
    const sources = (totals: Totals) => rowsOf[name](this.#model, totals)
    const open = {
      list: new VersionedList<ClusterRows[ClusterListName]>(),
      sources,
      modelVersion: -1,
      updatedMs: 0,
      restMs: 0,
      readMs: 0,
    }
    this.#open.set(name, open)
    return open
  }
}
