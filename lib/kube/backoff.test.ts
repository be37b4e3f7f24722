import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KubeStatusError } from './api.ts'
import { Backoff, sleep } from './backoff.ts'
import { Silence } from './silence.ts'
import { Slices } from './slices.ts'
import { SilentError, StreamRefusals, StreamUnknown } from './stream-refusals.ts'

test('backoff: waits twice as long each time, up to a limit, with jitter below it', () => {
  const [least, most] = [new Backoff([100, 500], () => 0), new Backoff([100, 500], () => 1)]
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => least.nextMs()),
    [50, 100, 200, 250, 250],
  )
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => most.nextMs()),
    [100, 200, 400, 500, 500],
  )
  most.reset()
  assert.equal(most.nextMs(), 100)
})

test('backoff: never sooner than the server says, and not all at once', () => {
  assert.equal(new Backoff([100, 500], () => 0).nextMs(3), 3000)
  assert.equal(new Backoff([100, 500], () => 1).nextMs(4), 5000)
})

test('sleep: ends as soon as it is aborted', async () => {
  const controller = new AbortController()
  const waiting = sleep(60_000, controller.signal)
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  await assert.rejects(sleep(60_000, controller.signal), /enough/)
})

test('silence: ends what has been silent for too long, and whatever is heard is a sign of life', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  const tick = (ms: number) => {
    now += ms
    t.mock.timers.tick(ms)
  }
  const controller = new AbortController()
  using silence = new Silence(100, controller, () => now)
  for (let i = 0; i < 10; i++) {
    tick(60)
    silence.heard()
  }
  assert.equal(controller.signal.aborted, false)
  silence.allow(1000)
  tick(999)
  assert.equal(controller.signal.aborted, false)
  tick(1)
  assert.ok(controller.signal.reason instanceof SilentError)
})

test('slices: who works for long pauses, and those who pause take one round each', async () => {
  let now = 0
  const slices = new Slices(5, () => now)
  await slices.pause()
  assert.equal(slices.isOver(), false)
  now = 5
  assert.equal(slices.isOver(), true)
  const order: string[] = []
  const work = async (name: string) => {
    await slices.pause()
    order.push(name)
  }
  const rounds = new Promise<void>((resolve) =>
    setImmediate(() => setImmediate(() => (order.push('round'), resolve()))),
  )
  await Promise.all([work('a'), work('b'), work('c'), rounds])
  assert.deepEqual(
    order.filter((one) => one !== 'round'),
    ['a', 'b', 'c'],
  )
  assert.notEqual(order.at(-1), 'round', 'not all in one round')
})

test('stream refusals: only what speaks against streaming counts, and what is clear is remembered for a time', () => {
  const status = (code: number, message = '') => new KubeStatusError(code, '', message)
  const cases: readonly (readonly [unknown, learned: boolean, remembered: boolean])[] = [
    [status(422, 'sendInitialEvents is forbidden for watch'), true, true],
    [status(400), true, true],
    [status(406), true, true],
    [status(500, 'the required storage feature RequestWatchProgress is disabled'), true, true],
    [status(500, 'etcdserver: something'), true, false],
    [new StreamUnknown(), true, true],
    [new SilentError(), true, false],
    [status(401), false, false],
    [status(403), false, false],
    [status(404), false, false],
    [status(410), false, false],
    [status(429), false, false],
    [status(503), false, false],
    [new Error('connection'), false, false],
  ]
  for (const [error, learned, remembered] of cases) {
    let now = 0
    const refusals = new StreamRefusals(1000, () => now)
    assert.deepEqual([refusals.learn(error), refusals.isRefused], [learned, remembered], String(error))
    now = 1000
    assert.equal(refusals.isRefused, false)
  }
})
