import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { commitAt, timeOf } from './testdata/commit-model.ts'
import { liveOptions, liveSeriesOf } from './testdata/live-model.ts'
import { readAll, TestFolder, TestStore } from './testdata/test-store.ts'

/** `STORE_KILLS=200` runs for long. */
const KILLS = Number(process.env.STORE_KILLS ?? 10)

test(`store: killed by SIGKILL ${KILLS} times at any moment, it has all that was committed or shown, whole and once, and says what it repaired`, async (t) => {
  using folder = new TestFolder()
  let last = 0
  const told = new Map<string, number>()
  for (let kill = 0; kill < KILLS; kill++) {
    const before = last
    last = Math.max(last, await runAndKill(folder.path, kill % 4 === 3 ? 'starting' : 'running'))
    const repaired = await check(folder.path, last, kill)
    last = repaired.newest
    for (const sentence of repaired.sentences) {
      assert.match(sentence, /^log segment \d+\.wal at byte \d+: \d+ bytes of an unfinished write were cut$/)
      told.set('cut', (told.get('cut') ?? 0) + 1)
    }
    assert.ok(last >= before)
  }
  assert.ok(last > KILLS * 5, `${last} commits`)
  t.diagnostic(`${last} commits in ${KILLS} lives; ${told.get('cut') ?? 0} unfinished writes cut`)
})

/** Opens what the killed store left and compares it with the model. */
async function check(
  folder: string,
  last: number,
  kill: number,
): Promise<{ newest: number; sentences: readonly string[] }> {
  await using store = new TestStore(folder, { ...liveOptions, now: () => timeOf(last + 1) })
  using querier = store.reader.querier()
  const counts = new Map<number, number>()
  for (const [key, samples] of await readAll(querier)) {
    const times = samples.map((sample) => Number(sample.split('=')[0]))
    assert.equal(new Set(times).size, times.length, `${key} has a sample twice`)
    for (const sample of samples) {
      const [time, value] = sample.split('=').map(Number)
      assert.equal(value, commitAt(time + timeOf(0)))
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
  }
  const newest = Math.max(0, ...counts.keys())
  assert.ok(newest >= last && newest <= last + 1, `kill ${kill}: ${last} was acknowledged, ${newest} is the newest`)
  const oldest = Math.max(1, commitAt(timeOf(newest) - liveOptions.retentionMs!))
  for (let n = oldest; n <= newest; n++)
    assert.equal(counts.get(n), liveSeriesOf(n).length, `kill ${kill}: commit ${n} of ${newest}`)
  assert.deepEqual(
    readdirSync(join(folder, 'blocks')).filter((name) => name.endsWith('.tmp')),
    [],
  )
  assert.deepEqual(store.store.report.foreign, [])
  return { newest, sentences: store.store.report.repaired }
}

/** Runs the child for a while, perhaps only until it is about to start; returns the largest number that it said. */
async function runAndKill(folder: string, when: 'starting' | 'running'): Promise<number> {
  const script = fileURLToPath(new URL('testdata/live-store.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let largest = 0
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop()!
    for (const line of lines) largest = Math.max(largest, Number(line.split(' ')[1]))
  })
  const closed = once(child, 'close')
  if (when === 'running') await Promise.race([once(child.stdout, 'data'), closed])
  await delay(when === 'running' ? Math.random() ** 2 * 1500 : 150 + Math.random() * 500)
  child.kill('SIGKILL')
  const [, signal] = (await closed) as [number | null, string | null]
  assert.equal(signal, 'SIGKILL', 'it did not end by itself')
  return largest
}
