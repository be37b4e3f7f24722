import type { MessagePort } from 'node:worker_threads'

/** A thread that has not answered for so long is taken for lost; what it had is done here. */
export const LOST_MS = 1000
/** How long to wait at a time for what another thread has. */
export const WAIT_MS = 20

/** The threads that help this one, while there are any. */
export class Assistants {
  readonly ports: MessagePort[] = []
  readonly #port: MessagePort
  #asked = false

  /** Over the port whoever starts them is asked, and sends a port of each there is. */
  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', ({ ports }: { ports: readonly MessagePort[] }) => {
      this.#asked = false
      for (const assistant of ports) this.#add(assistant)
    })
    port.unref()
  }

  /** They come later, if at all: until then a query goes on alone. */
  ask(): void {
    if (this.#asked || this.ports.length > 0) return
    this.#asked = true
    this.#port.postMessage('help', [])
  }

  #add(port: MessagePort): void {
    this.ports.push(port)
    port.on('close', () => this.ports.splice(this.ports.indexOf(port), 1))
    port.unref()
  }
}
