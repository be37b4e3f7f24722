import type { KubeAnswer } from './api.ts'
import { KubeConnectionError } from './connection-error.ts'
import type { FanOut } from './fan-out.ts'
import { KeyIndex } from './key-index.ts'
import type { KubeObject } from './object.ts'
import { ObjectReader } from './object-reader.ts'
import { readPage, refuseError } from './read-list.ts'
import { endsInitialEvents, readWatch, type WatchEvent } from './read-watch.ts'
import { collectionPath, resourceName } from './resource.ts'
import { Silence } from './silence.ts'
import { StreamUnknown } from './stream-refusals.ts'
import { accepts, type WatchScope, type WatchShared } from './watch-scope.ts'

/** A living watch that was cut off: it goes on from its last version. */
export class Dropped extends Error {
  override readonly name = 'Dropped'
}

/**
 * One list or one watch at a time, each attempt until it ends or fails. Kept of each object: its namespace, name and uid,
 * so that a new list tells what has vanished, and who was made again under the same name.
 */
export class ListWatch {
  /** Where the watch goes on; '' to list. */
  version = ''
  /** Larger pages, for a list that took longer than its token lived. */
  pageFactor = 1
  readonly #scope: WatchScope
  readonly #shared: WatchShared
  readonly #fan: FanOut
  readonly #onListed: () => void
  readonly #onOpened: () => void
  readonly #name: string
  readonly #path: string
  readonly #reader: ObjectReader
  #index = new KeyIndex()
  /** What a list that is under way has told. */
  #listed: KeyIndex | undefined

  constructor(scope: WatchScope, shared: WatchShared, fan: FanOut, onListed: () => void, onOpened: () => void) {
    this.#scope = scope
    this.#shared = shared
    this.#fan = fan
    this.#onListed = onListed
    this.#onOpened = onOpened
    this.#name = resourceName(scope.resource)
    this.#path = collectionPath(scope.resource, scope.namespace)
    this.#reader = new ObjectReader(scope.resource)
  }

  get size(): number {
    return this.#index.size
  }

  /** Lists as a watch that begins with all that exists, and goes on as that watch. Resolves when it ended; with how long it lived. */
  async stream(attempt: AbortController): Promise<number> {
    const { timings } = this.#shared
    const query = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
    this.#listed = new KeyIndex()
    const lived = await this.#events(attempt, query, timings.silentListMs, (event, silence) => {
      if (this.#listed === undefined || event.type !== 'BOOKMARK') return this.#take(event)
      if (!endsInitialEvents(event)) throw new StreamUnknown('the server passed over sendInitialEvents')
      silence.allow(timings.silentMs)
      return this.#finish(event.object.metadata.resourceVersion)
    })
    if (this.version === '') throw new Error(`list ${this.#path}: the stream ended early`)
    return lived
  }

  /** Lists page by page. */
  async pages(attempt: AbortController): Promise<void> {
    const limit = String(this.#shared.timings.pageSize * this.pageFactor)
    this.#listed = new KeyIndex()
    let token = ''
    let version = ''
    do {
      const end = await this.#page(attempt, { ...this.#selectors(), limit, continue: token || undefined })
      token = end.continue
      version = end.resourceVersion
    } while (token !== '')
    await this.#finish(version)
  }

  /** Watches from where it stands. Resolves when the server ended it; with how long it lived. */
  watch(attempt: AbortController): Promise<number> {
    const query = { resourceVersion: this.version }
    return this.#events(attempt, query, this.#shared.timings.silentMs, (event) => this.#take(event))
  }

  /** The resource is no more, and with it all its objects. */
  forget(): void {
    this.version = ''
    for (const key of this.#index) this.#fan.remove(key)
    this.#index = new KeyIndex()
  }

  async #page(attempt: AbortController, query: Readonly<Record<string, string | undefined>>) {
    const { api, slices, telemetry, timings } = this.#shared
    using silence = new Silence(timings.silentListMs, attempt)
    const accept = accepts[this.#scope.resource.form].list
    return await readPage(api, { path: this.#path, query, accept, signal: attempt.signal }, this.#reader, slices, {
      object: (object) => this.#upsert(object),
      bytes: (count) => {
        silence.heard()
        telemetry.received(this.#name, count)
      },
    })
  }

  async #events(
    attempt: AbortController,
    query: Readonly<Record<string, string>>,
    silentMs: number,
    onEvent: (event: WatchEvent, silence: Silence) => void | Promise<void>,
  ): Promise<number> {
    const { slices, telemetry } = this.#shared
    using silence = new Silence(silentMs, attempt)
    const answer = await this.#open(query, attempt.signal)
    const openedAt = performance.now()
    this.#onOpened()
    try {
      await readWatch(answer, this.#reader, slices, attempt.signal, {
        event: (event) => onEvent(event, silence),
        bytes: (count) => {
          silence.heard()
          telemetry.received(this.#name, count)
        },
      })
    } catch (error) {
      throw error instanceof KubeConnectionError && this.version !== '' ? new Dropped('', { cause: error }) : error
    }
    return performance.now() - openedAt
  }

  async #open(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<KubeAnswer> {
    const { api, telemetry, timings, random } = this.#shared
    const [least, most] = timings.watchSeconds
    const timeoutSeconds = String(Math.round(least + random() * (most - least)))
    const all = { ...this.#selectors(), watch: '1', allowWatchBookmarks: 'true', timeoutSeconds, ...query }
    // Compressed events would wait in the buffer of the compressor.
    const headers = { accept: accepts[this.#scope.resource.form].watch, 'accept-encoding': 'identity' }
    try {
      const options = { query: all, headers, signal, stream: true, timeoutMs: timings.headMs }
      const answer = await api.request(this.#path, options)
      await refuseError(answer, `watch ${this.#path}`)
      telemetry.watched(this.#name, 'success')
      return answer
    } catch (error) {
      telemetry.watched(this.#name, 'error')
      throw error
    }
  }

  #selectors(): Readonly<Record<string, string | undefined>> {
    const { resource, labelSelector, fieldSelector } = this.#scope
    return {
      labelSelector: labelSelector || undefined,
      fieldSelector: fieldSelector || undefined,
      includeObject: resource.form === 'table' ? 'Metadata' : undefined,
    }
  }

  #take({ type, object }: WatchEvent): void {
    this.#shared.telemetry.event(this.#name, type)
    if (type === 'ADDED' || type === 'MODIFIED') this.#upsert(object)
    else if (type === 'DELETED') this.#remove(object)
    // In the middle of a list there is no version from which a watch could go on.
    if (this.#listed === undefined) this.version = object.metadata.resourceVersion || this.version
  }

  #upsert(object: KubeObject): void {
    const { namespace = '', name, uid = '' } = object.metadata
    const known = this.#index.uid(namespace, name)
    if (known !== undefined && known !== uid) this.#fan.remove({ namespace, name, uid: known })
    this.#fan.upsert(object)
    this.#index.set(namespace, name, uid)
    this.#listed?.set(namespace, name, uid)
  }

  #remove({ metadata: { namespace = '', name } }: KubeObject): void {
    this.#listed?.delete(namespace, name)
    const uid = this.#index.uid(namespace, name)
    if (uid === undefined) return
    this.#index.delete(namespace, name)
    this.#fan.remove({ namespace, name, uid })
  }

  /** The list is complete: what it did not tell has vanished while nobody watched. */
  async #finish(version = ''): Promise<void> {
    const listed = this.#listed
    if (version === '' || listed === undefined) throw new Error(`list ${this.#path}: it has no resourceVersion`)
    const vanished = [...this.#index].filter(({ namespace, name }) => listed.uid(namespace, name) === undefined)
    for (const key of vanished) {
      this.#fan.remove(key)
      this.#index.delete(key.namespace, key.name)
      if (this.#shared.slices.isOver()) await this.#shared.slices.pause()
    }
    this.#index = listed
    this.#listed = undefined
    this.version = version
    this.pageFactor = 1
    this.#onListed()
  }
}
