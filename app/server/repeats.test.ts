import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Repeats } from './repeats.ts'

test('repeats: a failure is told once, counted, and its end is told', async () => {
  const lines: string[] = []
  const log = (facts: object, text: string) => lines.push(`${text} ${JSON.stringify(facts)}`)
  const done = { calls: 0 }
  {
    using repeats = new Repeats({ warn: log as never, info: log as never })
    repeats.every('rights', 5, async () => {
      if (++done.calls <= 3) throw new Error('no answer')
    })
    while (done.calls < 6) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(repeats.telemetry()[0].metrics, [{ labels: ['work', 'rights'], value: 3 }])
  }
  const calm = done.calls
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.equal(done.calls, calm, 'nothing is repeated afterwards')
  assert.deepEqual(lines, [
    'a look at the cluster failed; it is repeated {"work":"rights","why":"no answer"}',
    'it works again {"work":"rights"}',
  ])
})
