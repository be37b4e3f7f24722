import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

test('turns: so many work at once, the others in the order of their coming', async () => {
  const turns = new Turns(2)
  const order: number[] = []
  const first = await turns.take()
  const second = await turns.take()
  const third = turns.take().then((turn) => (order.push(3), turn))
  const fourth = turns.take().then((turn) => (order.push(4), turn))
  assert.equal(turns.waiting, 2)
  first[Symbol.dispose]()
  second[Symbol.dispose]()
  for (const turn of [await third, await fourth]) turn[Symbol.dispose]()
  assert.deepEqual(order, [3, 4])
  using _ = await turns.take()
  assert.equal(turns.waiting, 0)
})

test('turns: whoever is aborted leaves the line and takes no turn from others', async () => {
  const turns = new Turns(1)
  const held = await turns.take()
  const stop = new AbortController()
  const gone = turns.take(stop.signal)
  const next = turns.take()
  stop.abort(new Error('too late'))
  await assert.rejects(gone, /too late/)
  await assert.rejects(turns.take(stop.signal), /too late/)
  held[Symbol.dispose]()
  using _ = await next
  assert.equal(turns.waiting, 0)
})

test('turns: lets in as many as it may, in order; whoever gives up leaves the line; room is given back once', async () => {
  const turns = new Turns(1)
  const signal = new AbortController().signal
  const first = await turns.take(signal)
  const controller = new AbortController()
  const second = turns.take(controller.signal)
  const third = turns.take(signal)
  controller.abort(new Error('gone'))
  await assert.rejects(second, /gone/)
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  const leave = await third
  let isIn = false
  const fourth = turns.take(signal).then(() => (isIn = true))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isIn, false)
  leave[Symbol.dispose]()
  await fourth
})
