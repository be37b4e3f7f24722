import { setTimeout as sleep } from 'node:timers/promises'

import { DockerClient } from './docker-client.ts'
import { containerOfInspect } from './docker-inspect.ts'

import type { ContainerInfo } from './container-info.ts'

const longestLine = 1 << 20
const mostContainers = 5000
const inspectsAtOnce = 4
/** The list is read again this often, in case an event was lost. */
const relistMs = 60_000

/** Docker's containers, kept up to date by its events; connects again by itself. */
export class DockerWatch {
  readonly #client: DockerClient
  readonly #containers = new Map<string, ContainerInfo>()
  readonly #ooms = new Map<string, number>()
  #problem: string | undefined = 'not asked yet'

  constructor(socketPath: string) {
    this.#client = new DockerClient(socketPath)
  }

  /** All containers, in any state; empty while Docker does not answer. */
  containers(): ReadonlyMap<string, ContainerInfo> {
    return this.#containers
  }

  /** How often Docker told that the kernel killed a process of this container for memory. */
  oomEvents(id: string): number {
    return this.#ooms.get(id) ?? 0
  }

  /** Why Docker does not answer; undefined while it does. */
  problem(): string | undefined {
    return this.#problem
  }

  /** Watches until the signal is aborted; `listed` is called after each complete reading. */
  async run(signal: AbortSignal, listed: () => void): Promise<void> {
    for (let waitMs = 500; !signal.aborted; waitMs = Math.min(waitMs * 2, 15_000)) {
      try {
        await this.#follow(signal, () => {
          waitMs = 500
          listed()
        })
      } catch (error) {
        this.#problem = error instanceof Error ? error.message : String(error)
        this.#containers.clear()
      }
      listed()
      await sleep(waitMs, undefined, { signal, ref: false }).catch(ignoreAbort)
    }
  }

  /** Opens the events before the list is read, so that nothing falls between. */
  async #follow(outer: AbortSignal, listed: () => void): Promise<void> {
    using connection = new Connection(outer)
    const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }))
    const events = await this.#client.open(`/events?filters=${filters}`, connection.signal)
    if (events.statusCode !== 200) throw new Error(`docker /events: answered ${events.statusCode}`)
    await this.#list(connection.signal)
    this.#problem = undefined
    listed()
    const again = setInterval(() => void this.#list(connection.signal).catch((e: Error) => events.destroy(e)), relistMs)
    again.unref()
    try {
      await this.#read(events, connection.signal)
    } finally {
      clearInterval(again)
    }
    throw new Error('docker /events: the stream ended')
  }

  async #read(events: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
    let rest = ''
    for await (const chunk of events) {
      const lines = (rest + chunk.toString('utf8')).split('\n')
      rest = lines.pop()!
      if (rest.length > longestLine) throw new Error('docker /events: a line is longer than 1 MiB')
      for (const line of lines) if (line.trim() !== '') await this.#apply(line, signal)
    }
  }

  async #apply(line: string, signal: AbortSignal): Promise<void> {
    const event = JSON.parse(line) as { Action?: string; Actor?: { ID?: string } }
    const id = event.Actor?.ID
    const action = event.Action ?? ''
    if (id === undefined || /^(?:exec_|top|attach|resize|archive|copy|export)/.test(action)) return
    if (action === 'oom') this.#ooms.set(id, this.oomEvents(id) + 1)
    if (action === 'destroy') this.#forget(id)
    else await this.#inspect(id, signal)
  }

  async #list(signal: AbortSignal): Promise<void> {
    const answer = (await this.#client.get('/containers/json?all=1', signal)) as { Id: string }[]
    const ids = answer.slice(0, mostContainers).map((container) => container.Id)
    const present = new Set(ids)
    for (const id of this.#containers.keys()) if (!present.has(id)) this.#forget(id)
    for (let i = 0; i < ids.length; i += inspectsAtOnce) {
      await Promise.all(ids.slice(i, i + inspectsAtOnce).map((id) => this.#inspect(id, signal)))
    }
  }

  async #inspect(id: string, signal: AbortSignal): Promise<void> {
    const container = containerOfInspect(await this.#client.get(`/containers/${encodeURIComponent(id)}/json`, signal))
    if (container === undefined) this.#forget(id)
    else this.#containers.set(id, container)
  }

  #forget(id: string): void {
    this.#containers.delete(id)
    this.#ooms.delete(id)
  }
}

/** Aborts what belongs to one connection when that connection is left. */
class Connection implements Disposable {
  readonly #own = new AbortController()
  readonly signal: AbortSignal

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.#own.signal])
  }

  [Symbol.dispose](): void {
    this.#own.abort()
  }
}

function ignoreAbort(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error
}
