import type { KubeObject, ObjectKey, Sink, WatchState } from '#lib/kube'
import { Registry, type TelemetryFamily } from '#lib/telemetry'
import type { ResourceFamilies } from '../family.ts'
import type { ObjectSource, Tell } from '../kube-state.ts'
import type { CustomResourceConfig } from './config.ts'
import { compileCustomResource, type ServedKind } from './custom-resource.ts'
import { matchingKinds, servedKinds } from './served-kinds.ts'

/** What becomes of the kinds that are found. */
export interface CustomResourceEvents {
  added(name: string, resource: ResourceFamilies): void
  removed(name: string): void
  readonly tell: Tell
}

const NAME = 'kube_state_metrics_custom_resource_state'

/** Follows the cluster's definitions and has every configured kind rendered as long as it is served. */
export class CustomResources implements Sink, Disposable {
  readonly #configs: readonly CustomResourceConfig[]
  readonly #events: CustomResourceEvents
  readonly #subscription: Disposable
  /** By UID. */
  readonly #served = new Map<string, readonly ServedKind[]>()
  readonly #open = new Set<string>()
  readonly #told = new Set<string>()
  readonly #registry = new Registry()
  readonly #added = this.#registry.counter(
    `${NAME}_add_events_total`,
    'Number of times that the CRD informer triggered the add event.',
  )
  readonly #updated = this.#registry.counter(
    `${NAME}_update_events_total`,
    'Number of times that the CRD informer triggered the update event.',
  )
  readonly #deleted = this.#registry.counter(
    `${NAME}_delete_events_total`,
    'Number of times that the CRD informer triggered the remove event.',
  )
  readonly #cached = this.#registry.gauge(`${NAME}_cache`, 'Net amount of CRDs affecting the cache currently.')
  isComplete = false

  constructor(source: ObjectSource, configs: readonly CustomResourceConfig[], events: CustomResourceEvents) {
    this.#configs = configs
    this.#events = events
    for (const config of configs) checkConfig(config)
    this.#subscription = source.subscribe({ resource: DEFINITIONS }, this)
  }

  upsert(object: KubeObject): void {
    const uid = object.metadata.uid ?? object.metadata.name
    ;(this.#served.has(uid) ? this.#updated : this.#added).add(1)
    this.#served.set(uid, servedKinds(object))
    if (this.isComplete) this.#reconcile()
  }

  remove({ uid, name }: ObjectKey): void {
    if (!this.#served.delete(uid === '' ? name : uid)) return
    this.#deleted.add(1)
    if (this.isComplete) this.#reconcile()
  }

  synced(): void {
    this.isComplete = true
    this.#reconcile()
  }

  state({ phase, reason }: WatchState): void {
    if (phase !== 'forbidden' && phase !== 'absent') return
    this.isComplete = true
    this.#tellOnce(`custom resources are not rendered: ${reason}`)
  }

  telemetry(): TelemetryFamily[] {
    this.#cached.set(this.#served.size)
    return this.#registry.collect()
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]()
  }

  #reconcile(): void {
    const wanted = this.#wanted()
    for (const name of this.#open) if (!wanted.has(name)) this.#remove(name)
    for (const [name, make] of wanted) {
      if (this.#open.has(name)) continue
      this.#open.add(name)
      this.#events.added(name, make())
    }
  }

  #remove(name: string): void {
    this.#open.delete(name)
    this.#events.removed(name)
  }

  /** What is to be rendered, by a name that two configurations of one kind do not share. */
  #wanted(): Map<string, () => ResourceFamilies> {
    const served = [...this.#served.values()].flat()
    const wanted = new Map<string, () => ResourceFamilies>()
    for (const config of this.#configs) {
      const kinds = matchingKinds(config, served)
      const { group, version, kind } = config.groupVersionKind
      if (kinds.length === 0)
        this.#tellOnce(
          `no definition in the cluster serves ${group}/${version} ${kind}: it is rendered once there is one`,
        )
      for (const found of kinds) {
        const name = `${found.group}/${found.version}, Resource=${found.plural}`
        wanted.set(freeName(wanted, name), () =>
          compileCustomResource(config, found, (family, message) => this.#tellOnce(`${family}: ${message}`)),
        )
      }
    }
    return wanted
  }

  /** Errors repeat with every object: each is told once. */
  #tellOnce(message: string): void {
    if (this.#told.has(message) || this.#told.size >= MAX_TOLD) return
    this.#told.add(message)
    this.#events.tell(message)
  }
}

const MAX_TOLD = 1000

const DEFINITIONS = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  form: 'object',
} as const

/** A mistake in a configuration is told at the start, not when the kind appears. */
function checkConfig(config: CustomResourceConfig): void {
  const { group = '', version = '', kind = '' } = config.groupVersionKind
  if (group === '' || group === '*')
    throw new Error(`group is required in the defined GVK ${group}/${version}, Kind=${kind}`)
  compileCustomResource(config, { group, version, kind, plural: '', namespaced: true })
}

function freeName(taken: ReadonlyMap<string, unknown>, name: string): string {
  let free = name
  for (let i = 2; taken.has(free); i++) free = `${name} ${i}`
  return free
}
