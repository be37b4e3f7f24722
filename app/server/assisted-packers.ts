import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { type PackedPart, packPart, type PartPackers, type RangePart } from '#lib/api'
import { type Assistants, LOST_MS, WAIT_MS } from './assistants-of-thread.ts'
import { type PartAnswer, partState, rangePart, type SharedPart, sharedPart, takePart } from './shared-part.ts'

let parts = 0

/** Packs parts of large answers with the help of other threads. */
export class AssistedPackers implements PartPackers {
  readonly #assistants: Assistants

  constructor(assistants: Assistants) {
    this.#assistants = assistants
  }

  get count(): number {
    return this.#assistants.ports.length
  }

  wake(): void {
    this.#assistants.ask()
  }

  start(given: readonly RangePart[]): () => PackedPart[] {
    const jobs = given.map((part, i) => {
      const port = this.#assistants.ports[i]
      const shared = sharedPart(++parts, part)
      // The values are still here; what is sent away is a copy of them.
      port.postMessage(shared, [shared.values.buffer as ArrayBuffer])
      return { part, port, shared }
    })
    return () =>
      jobs.map(({ part, port, shared }) => (takePart(shared) ? undefined : answerOf(port, shared)) ?? packPart(part))
  }
}

/** What another thread makes of a part; nothing where that does not come in time. */
function answerOf(port: MessagePort, { part, state }: SharedPart): PackedPart | undefined {
  const began = performance.now()
  while (performance.now() - began < LOST_MS) {
    const isPacked = Atomics.load(state, 0) === partState.packed
    for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
      const answer = got.message as Partial<PartAnswer>
      if (answer.part === part) return answer.packed
    }
    if (!isPacked) Atomics.wait(state, 0, partState.taken, WAIT_MS)
  }
  return undefined
}

/** In the thread that helps: packs the part, unless it was taken. */
export function packShared(asker: MessagePort, shared: SharedPart): void {
  if (!takePart(shared)) return
  const packed = packPart(rangePart(shared))
  const answer: PartAnswer = { part: shared.part, packed }
  asker.postMessage(answer, [packed.deflated.buffer])
  Atomics.store(shared.state, 0, partState.packed)
  Atomics.notify(shared.state, 0)
}
