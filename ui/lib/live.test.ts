import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LiveConnection, type LiveSpec } from './live.ts'

const range: LiveSpec = { kind: 'range', query: 'up', rangeMs: 10_000, stepMs: 5000 }

/** A server of strings and a clock that only the test moves. */
function world() {
  const sockets: FakeSocket[] = []
  const timers: { at: number; run: () => void }[] = []
  let now = 0
  const live = new LiveConnection({
    open: () => sockets[sockets.push(new FakeSocket()) - 1],
    now: () => now,
    later: (ms, run) => {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
  })
  const pass = (ms: number) => {
    now += ms
    for (const timer of timers.splice(0))
      if (timer.at <= now) timer.run()
      else timers.push(timer)
  }
  return { live, sockets, pass }
}

class FakeSocket {
  readyState = 0
  sent: { subscribe: { id: string; query?: string }[] }[] = []
  #listeners: Record<string, (event: { data?: unknown }) => void> = {}

  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.#listeners[type] = listener
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }

  close(): void {
    this.readyState = 3
    this.#listeners['close']({})
  }

  open(): void {
    this.readyState = 1
    this.#listeners['open']({})
  }

  say(message: unknown): void {
    this.#listeners['message']({ data: JSON.stringify(message) })
  }
}

const points = (...seconds: number[]) => [{ metric: { a: 'b' }, values: seconds.map((s) => [s, String(s)]) }]

test('live: what several parts of a page want goes out as one message', () => {
  const { live, sockets, pass } = world()
  live.start()
  sockets[0].open()
  live.subscribe(range, () => undefined)
  live.subscribe(range, () => undefined)
  live.subscribe({ kind: 'instant', query: 'up' }, () => undefined)
  pass(0)
  assert.deepEqual(
    sockets[0].sent.at(-1)?.subscribe.map(({ query }) => query),
    ['up', 'up'],
  )
  assert.equal(sockets[0].sent.length, 2)
})

test('live: new points join the first answer, and old ones leave', () => {
  const { live, sockets, pass } = world()
  live.start()
  sockets[0].open()
  live.subscribe(range, () => undefined)
  pass(0)
  const { id } = sockets[0].sent.at(-1)!.subscribe[0]
  sockets[0].say({ id, data: { resultType: 'matrix', result: points(5, 10, 15) } })
  sockets[0].say({ id, data: { append: true, resultType: 'matrix', result: points(20) } })
  assert.deepEqual(live.answerTo(range)?.range?.[0].times, [10_000, 15_000, 20_000])
  assert.equal(live.state.newestPointMs, 20_000)
})

test('live: a lost connection is tried again, ever later, and keeps what was shown', () => {
  const { live, sockets, pass } = world()
  live.start()
  sockets[0].open()
  live.subscribe(range, () => undefined)
  pass(0)
  sockets[0].say({ id: sockets[0].sent.at(-1)!.subscribe[0].id, data: { resultType: 'matrix', result: points(5) } })
  sockets[0].close()
  assert.equal(live.state.phase, 'lost')
  assert.equal(live.answerTo(range)?.range?.length, 1)
  pass(500)
  assert.equal(sockets.length, 2)
  assert.equal(live.state.phase, 'lost')
  sockets[1].close()
  pass(500)
  assert.equal(sockets.length, 2)
  pass(500)
  assert.equal(sockets.length, 3)
  sockets[2].open()
  assert.equal(live.state.phase, 'open')
  assert.equal(sockets[2].sent[0].subscribe.length, 1)
})

test('live: an error keeps the answer before it', () => {
  const { live, sockets, pass } = world()
  live.start()
  sockets[0].open()
  live.subscribe(range, () => undefined)
  pass(0)
  const { id } = sockets[0].sent.at(-1)!.subscribe[0]
  sockets[0].say({ id, data: { resultType: 'matrix', result: points(5) } })
  sockets[0].say({ id, error: 'query timed out' })
  assert.equal(live.answerTo(range)?.error, 'query timed out')
  assert.equal(live.answerTo(range)?.range?.length, 1)
})

test('live: a hidden page closes its socket and is not called lost', () => {
  const { live, sockets } = world()
  live.start()
  sockets[0].open()
  live.stop()
  assert.equal(sockets[0].readyState, 3)
  assert.equal(live.state.phase, 'idle')
})
