import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'

/** The threads that help query threads: started when the first of these asks, and again when they have gone for want of work. */
export class AssistantThreads implements AsyncDisposable {
  readonly #count: number
  readonly #open: () => Promise<Worker>
  readonly #workers = new Set<Worker>()
  #starting: Promise<void> | undefined
  #hasEnded = false

  constructor(count: number, open: () => Promise<Worker>) {
    this.#count = count
    this.#open = open
  }

  /** A port for a new query thread, over which it asks and is sent a port of each assistant. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    port1.on('message', () => void this.#give(port1))
    port1.unref()
    return port2
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true
    await this.#starting?.catch(() => undefined)
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }

  async #give(asker: MessagePort): Promise<void> {
    try {
      if (this.#workers.size === 0) await (this.#starting ??= this.#start())
    } catch {
      // Such as for want of memory: the query goes on alone, and asks again.
    }
    this.#starting = undefined
    const ports: MessagePort[] = []
    for (const worker of this.#workers) {
      const { port1, port2 } = new MessageChannel()
      worker.postMessage({ port: port1 }, [port1])
      ports.push(port2)
    }
    asker.postMessage({ ports }, ports)
  }

  async #start(): Promise<void> {
    for (let i = 0; i < this.#count && !this.#hasEnded; i++) {
      const worker = await this.#open()
      this.#workers.add(worker)
      // It is missed by nobody: who waits for an answer does the work itself.
      worker.on('error', () => this.#workers.delete(worker))
      worker.on('exit', () => this.#workers.delete(worker))
    }
  }
}
