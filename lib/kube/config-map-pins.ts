import { KubeStatusError, type KubeApi } from './api.ts'
import { type KubeletPin, type PinStore, verifiedPin, VERIFIED } from './kubelet-pins.ts'
import { forceApply, getObject, mergePatch } from './object-requests.ts'

export interface ConfigMapPinsOptions {
  readonly api: KubeApi
  readonly namespace: string
  readonly name: string
  /** Told when pins cannot be written, in words. */
  readonly onFailure: (message: string) => void
}

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>
}

const MANAGER = 'binnacle-pins'
/** An entry that nobody can read is a pin that no certificate is: the node is refused until someone removes it. */
const UNREADABLE: Omit<KubeletPin, 'node'> = { sha256: 'unreadable', notAfterMs: Infinity, sinceMs: 0 }
const LINE = /^([0-9a-f]{64}) (\S+) (\S+) (\S+)$/

/**
 * Pins in a ConfigMap that several programs share: one entry a UID, written one by one, so that none takes another's
 * away. It is made by server-side apply; `get`, `create` and `patch` of this name are all the rights that it takes. Until it
 * has been read nothing is trusted, and while it cannot be read nothing new is.
 */
export class ConfigMapPins implements PinStore {
  readonly #options: ConfigMapPinsOptions
  readonly #path: string
  #pins: Map<string, KubeletPin> | undefined
  /** Not written yet. */
  readonly #unsaved = new Map<string, KubeletPin>()
  #saving: Promise<void> | undefined

  constructor(options: ConfigMapPinsOptions) {
    this.#options = options
    this.#path = `/api/v1/namespaces/${options.namespace}/configmaps/${options.name}`
  }

  async refresh(): Promise<void> {
    const { data = {} } = (await getObject<ConfigMap>(this.#options.api, this.#path)) ?? {}
    this.#pins = new Map(Object.entries(data).map(([key, line]) => [key, readLine(line)]))
    await this.#save()
  }

  get(uid: string): KubeletPin | undefined {
    if (this.#pins === undefined) throw new Error(`${this.#name} has not been read: no certificate can be trusted yet`)
    const key = keyOf(uid)
    return this.#unsaved.get(key) ?? this.#pins.get(key)
  }

  set(uid: string, pin: KubeletPin): void {
    this.#unsaved.set(keyOf(uid), pin)
    void this.#save()
  }

  recordVerified(uid: string, node: string, nowMs: number): void {
    // What is not known cannot be added to; it is recorded after a later handshake.
    if (this.#pins !== undefined && this.get(uid)?.sha256 !== VERIFIED) this.set(uid, verifiedPin(node, nowMs))
  }

  acceptCommand(uid: string): string {
    const { namespace, name } = this.#options
    const patch = JSON.stringify({ data: { [keyOf(uid)]: null } })
    return `kubectl -n ${namespace} patch configmap ${name} --type=merge -p '${patch}'`
  }

  /** Forgets the pins of nodes that are gone, unless they were made a moment ago by someone who knows more. */
  async prune(isThere: (uid: string) => boolean, beforeMs: number): Promise<void> {
    const gone = [...(this.#pins ?? [])].filter(([key, { sinceMs }]) => sinceMs < beforeMs && !isThere(uidOf(key)))
    if (gone.length > 0) await this.#patch(Object.fromEntries(gone.map(([key]) => [key, null])))
  }

  get #name(): string {
    return `ConfigMap ${this.#options.namespace}/${this.#options.name}`
  }

  /** One writer at a time; pins that come meanwhile are written by the next one. */
  #save(): Promise<void> {
    this.#saving ??= this.#saveAll().finally(() => (this.#saving = undefined))
    return this.#saving
  }

  async #saveAll(): Promise<void> {
    await Promise.resolve() // pins that are made in one go are written together
    while (this.#unsaved.size > 0) {
      const batch = [...this.#unsaved]
      try {
        await this.#patch(Object.fromEntries(batch.map(([key, pin]) => [key, lineOf(pin)])))
      } catch (error) {
        const remedy =
          error instanceof KubeStatusError && error.status === 403 ? ': grant get, create and patch on it' : ''
        this.#options.onFailure(`${this.#name} cannot be written${remedy}: ${(error as Error).message}`)
        return
      }
      for (const [key, pin] of batch) {
        this.#pins?.set(key, pin)
        if (this.#unsaved.get(key) === pin) this.#unsaved.delete(key)
      }
    }
  }

  async #patch(data: Readonly<Record<string, string | null>>): Promise<void> {
    const isThere = await mergePatch(this.#options.api, this.#path, { data }, MANAGER)
    if (isThere === undefined) await this.#create(data)
  }

  /** Whoever else makes it at the same time owns other entries, or the same with the same value. */
  async #create(data: Readonly<Record<string, string | null>>): Promise<void> {
    const { api, namespace, name } = this.#options
    const labels = { 'app.kubernetes.io/name': 'binnacle', 'app.kubernetes.io/part-of': 'binnacle' }
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels } }
    if ((await forceApply(api, this.#path, object, MANAGER)) === undefined)
      throw new Error(`${this.#name} cannot be made: is there a namespace ${namespace}?`)
    if ((await mergePatch(api, this.#path, { data }, MANAGER)) === undefined)
      throw new Error(`${this.#name} was removed while it was made`)
  }
}

/** A key of a ConfigMap may hold no colon. */
function keyOf(uid: string): string {
  return uid.replaceAll(':', '.')
}

/** The node's own UID: parts of the control plane add their port. */
function uidOf(key: string): string {
  return key.split('.')[0]
}

function lineOf({ node, sha256, notAfterMs, sinceMs }: KubeletPin): string {
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`
  return `${sha256} ${time(notAfterMs)} ${time(sinceMs)} ${node}`
}

function readLine(line: string): KubeletPin {
  const [, sha256, notAfter, since, node = ''] = LINE.exec(line.trim()) ?? []
  const [notAfterMs, sinceMs] = [Date.parse(notAfter ?? ''), Date.parse(since ?? '')]
  if (sha256 === undefined || Number.isNaN(notAfterMs) || Number.isNaN(sinceMs)) return { node, ...UNREADABLE }
  return { node, sha256, notAfterMs, sinceMs }
}
