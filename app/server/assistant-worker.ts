import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { bug } from '#lib/run'
import { openReader, type ReaderHandle } from '#lib/tsdb'
import { packShared } from './assisted-packers.ts'
import type { SharedPart } from './shared-part.ts'
import { type SharedClaim, sharedWord, type TaskAnswer, TaskRunner } from './shared-claim.ts'

/** A thread that helps query threads: it takes tasks of their claims and parts of their answers, and ends when nobody has asked for a while. */
const IDLE_MS = 60_000
/** How far it may run ahead of who uses the answers, in tasks. */
const AHEAD = 16
/** How long it waits at a time for that one. */
const WAIT_MS = 100

const port = parentPort ?? bug('assistant-worker runs as a thread')
const reader = openReader((workerData as { handle: ReaderHandle }).handle)
const idle = setTimeout(() => process.exit(0), IDLE_MS)

port.on('message', ({ port: asker }: { port: MessagePort }) => {
  asker.on('message', (shared: SharedClaim | SharedPart) => {
    if ('part' in shared) packShared(asker, shared)
    else help(asker, shared)
    idle.refresh()
  })
})

function help(asker: MessagePort, shared: SharedClaim): void {
  using querier = reader.querierAt(shared.point)
  if (querier === undefined) return
  const runner = new TaskRunner(shared, querier)
  for (let task = take(shared); task < shared.tasks; task = take(shared)) {
    const columns = runner.run(task)
    const { labels, values, present } = columns
    const answer: TaskAnswer = { number: shared.number, task, columns }
    asker.postMessage(answer, [labels.buffer, values.buffer, present.buffer] as ArrayBuffer[])
    Atomics.add(shared.words, sharedWord.done, 1)
    Atomics.notify(shared.words, sharedWord.done)
  }
}

/** The next task, once that is not too far ahead. */
function take({ words, tasks }: SharedClaim): number {
  for (;;) {
    const wanted = Atomics.load(words, sharedWord.wanted)
    const next = Atomics.load(words, sharedWord.next)
    if (next >= tasks || next < wanted + AHEAD) return Atomics.add(words, sharedWord.next, 1)
    Atomics.wait(words, sharedWord.wanted, wanted, WAIT_MS)
  }
}
