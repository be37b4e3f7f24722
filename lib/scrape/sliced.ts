import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long work may hold up its thread. */
const SLICE_MS = 10
const CHECK_EVERY = 16

/** Runs a generator that yields at places where other work may come in between. */
export async function sliced<T>(work: Generator<undefined, T>): Promise<T> {
  let until = performance.now() + SLICE_MS
  for (let steps = 1; ; steps++) {
    const { done, value } = work.next()
    if (done) return value
    if (steps % CHECK_EVERY !== 0 || performance.now() < until) continue
    await nextTurn()
    until = performance.now() + SLICE_MS
  }
}
