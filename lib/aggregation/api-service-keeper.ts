import { createByApply, getObject, type KubeApi, type ObjectHead, type Owner, patchVersion, reasonOf } from '#lib/kube'
import type { Logger } from '#lib/log'
import {
  API_SERVICE_PATH,
  type ApiService,
  isOurs,
  ourApiService,
  ownersWith,
  pemOf,
  programOf,
  releaseOf,
  repairOf,
  unavailableWhy,
} from './api-service.ts'
import { KeeperTelemetry } from './keeper-telemetry.ts'
import { API_SERVICE, MANAGER, managerOf, type AggregationNames } from './names.ts'
import type { ServingCertificate } from './serving-certificate.ts'
import type { AggregationRole, AggregationState } from './state.ts'
import type { Trust } from './trust.ts'

/** What the keeper is made with. */
export interface KeeperOptions {
  readonly api: KubeApi
  readonly names: AggregationNames
  readonly certificate: ServingCertificate
  readonly trust: Trust
  readonly log: Logger
  readonly now: () => number
  /** Whether we can answer: before that the API is not announced. */
  readonly isReady: () => boolean
}

/**
 * Keeps the APIService: makes it when there is none, keeps ours right, and never touches another's. Each change is made
 * of the version that was read, so that whoever is quicker is not overwritten.
 */
export class ApiServiceKeeper {
  readonly telemetry = new KeeperTelemetry()
  readonly #options: KeeperOptions
  readonly #ours: string
  #state: AggregationState
  #seen: ApiService | undefined
  #owner: Owner | undefined

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#ours = `${options.names.namespace}/${options.names.service}`
    this.#state = { role: 'starting', program: '', why: 'it was not looked at yet', sinceMs: options.now() }
  }

  get state(): AggregationState {
    return this.#state
  }

  /** The APIService as last read, whoever's it is. */
  get seen(): ApiService | undefined {
    return this.#seen
  }

  /** Reads the APIService and does what is due. Rejects when the API server could not be asked; the state tells it then. */
  async look(signal?: AbortSignal): Promise<void> {
    try {
      const object = await getObject<ApiService>(this.#options.api, API_SERVICE_PATH, signal)
      await this.#decide(object, signal)
    } catch (error) {
      if (signal?.aborted) throw error
      this.#enter('failing', this.#state.program, reasonOf(error))
      throw error
    }
  }

  async #decide(object: ApiService | undefined, signal?: AbortSignal): Promise<void> {
    const { names, trust } = this.#options
    this.#seen = object
    if (object === undefined) {
      trust.sawNone(false)
      await this.#create(signal)
    } else if (isOurs(object, names)) {
      trust.saw(pemOf(object.spec.caBundle))
      await this.#keep(object, signal)
    } else {
      trust.sawNone(true)
      this.#standBy((await this.#release(object, signal)) ?? object)
    }
  }

  async #create(signal?: AbortSignal): Promise<void> {
    const { api, names, certificate, isReady } = this.#options
    if (!isReady()) return this.#enter('starting', '', 'it announces the API once it can answer')
    // As of now: a ClusterRole that was made again has another UID, and what an absent one owns is collected at once.
    this.#owner = undefined
    const owner = await this.#readOwner(signal)
    if (owner === undefined) return
    const body = ourApiService(names, owner, await certificate.read(signal))
    const made = await createByApply<ApiService>(api, API_SERVICE_PATH, body, managerOf(names), signal)
    this.telemetry.changed(made === undefined ? 'too-late' : 'created')
    if (made === undefined) return // Whose it is, the next look tells.
    this.#seen = made
    this.#serve(made)
  }

  async #keep(object: ApiService, signal?: AbortSignal): Promise<void> {
    // It is on its way out: nothing may be added, and once it is gone it is made again.
    if (object.metadata.deletionTimestamp !== undefined) return this.#serve(object)
    const owner = await this.#readOwner(signal)
    if (owner === undefined) return
    const change = await this.#changeOf(object, owner, signal)
    if (change === undefined) return this.#serve(object)
    const { api } = this.#options
    const version = object.metadata.resourceVersion ?? ''
    const changed = await patchVersion<ApiService>(api, API_SERVICE_PATH, version, change, MANAGER, signal)
    this.telemetry.changed(changed === undefined ? 'too-late' : 'repaired')
    if (changed === undefined) return
    this.#seen = changed
    this.#options.trust.saw(pemOf(changed.spec.caBundle))
    this.#serve(changed)
  }

  /** The Secret is read after the APIService: what another replica has added to both meanwhile is a conflict, not a loss. */
  async #changeOf(object: ApiService, owner: Owner, signal?: AbortSignal) {
    const { certificate } = this.#options
    const owners = ownersWith(object, owner)
    if (owners === undefined && repairOf(object, certificate.bundle) === undefined) return undefined
    const repair = repairOf(object, await certificate.read(signal))
    if (owners === undefined && repair === undefined) return undefined
    return { ...repair, ...(owners === undefined ? {} : { metadata: { ownerReferences: owners } }) }
  }

  /** It was ours: nothing may tie it to us any more. This and our condition are all that is ever taken out of another's. */
  async #release(object: ApiService, signal?: AbortSignal): Promise<ApiService | undefined> {
    const { api, names } = this.#options
    const change = releaseOf(object, names)
    if (change === undefined) return undefined
    const version = object.metadata.resourceVersion ?? ''
    const released = await patchVersion<ApiService>(api, API_SERVICE_PATH, version, change, MANAGER, signal)
    this.telemetry.changed(released === undefined ? 'too-late' : 'released')
    if (released !== undefined) this.#seen = released
    return released
  }

  #serve(object: ApiService): void {
    const why = unavailableWhy(object) ?? ''
    this.#enter('serving', this.#ours, why === '' ? '' : `the API server does not reach it: ${why}`)
  }

  #standBy(object: ApiService): void {
    const program = programOf(object)
    const why = unavailableWhy(object)
    const is =
      why === undefined
        ? 'of which the API server has said nothing yet'
        : why === ''
          ? 'which is available'
          : `which is not available: ${why}`
    this.#enter(
      'standing-by',
      program,
      `${program} answers metrics.k8s.io, ${is}; Binnacle steps in when its APIService is gone`,
    )
  }

  /** Our ClusterRole, read once while it is the owner already. */
  async #readOwner(signal?: AbortSignal): Promise<Owner | undefined> {
    if (this.#owner !== undefined) return this.#owner
    const { api, names } = this.#options
    const group = 'rbac.authorization.k8s.io'
    const path = `/apis/${group}/v1/clusterroles/${encodeURIComponent(names.clusterRole)}`
    const role = await getObject<{ metadata: ObjectHead }>(api, path, signal)
    if (role?.metadata.uid === undefined) {
      const remedy = 'apply the manifest again, or name it with --cluster-role-name'
      this.#enter(
        'failing',
        this.#state.program,
        `there is no ClusterRole ${names.clusterRole}, which owns the APIService: ${remedy}`,
      )
      return undefined
    }
    this.#owner = { apiVersion: `${group}/v1`, kind: 'ClusterRole', name: names.clusterRole, uid: role.metadata.uid }
    return this.#owner
  }

  #enter(role: AggregationRole, program: string, why: string): void {
    const before = this.#state
    if (before.role === role && before.program === program && before.why === why) return
    const isSame = before.role === role && before.program === program
    this.#state = { role, program, why, sinceMs: isSame ? before.sinceMs : this.#options.now() }
    this.telemetry.state(this.#state)
    this.#log()
  }

  #log(): void {
    const { role, program, why } = this.#state
    const { log } = this.#options
    if (role === 'failing') log.warn({ program }, `the APIService ${API_SERVICE} cannot be kept: ${why}`)
    else if (role === 'standing-by') log.info({ program }, why)
    else if (role === 'starting') log.info(why)
    else if (why === '') log.info({ program }, 'metrics.k8s.io is answered by Binnacle')
    else log.warn({ program }, `metrics.k8s.io is to be answered by Binnacle, but ${why}`)
  }
}
