import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { header, MAX_READERS } from './slabs.ts'
import type { CheckingReaderData, CheckingReaderResult } from './testdata/checking-reader.ts'
import { commitAt, seriesOf, timeOf } from './testdata/commit-model.ts'
import { readAll, TestFolder, TestStore } from './testdata/test-store.ts'

const SECONDS = Number(process.env.HEAD_TEST_SECONDS ?? 4)

test('head: three reading threads see each commit whole or not at all while series come and go and slabs are used again', async () => {
  using folder = new TestFolder()
  await using store = new TestStore(folder.path, { blockRangeMs: 4000 })
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const readers = [0, 1, 2].map(() => startReader(store, stop))
  const last = await write(store)
  Atomics.store(stop, 0, 1)
  for (const { queries, newest, problems } of await Promise.all(readers)) {
    assert.deepEqual(problems, [])
    assert.ok(queries > 5, `${queries} queries`)
    assert.ok(newest > 0 && newest <= last)
  }
  // Queries at this pace delay the cut; once they have left, the head is as short as ever.
  for (let i = 0; i < 20; i++) await store.maintain()
  const { chunks, bytes, blocks } = store.store.stats()
  assert.ok(blocks >= 2, `${blocks} blocks after ${last} commits`)
  assert.ok(chunks < 1000, `${chunks} chunks`)
  assert.ok(bytes.chunks + bytes.columns + bytes.sealed <= 12 * 2 ** 20, JSON.stringify(bytes))
})

function startReader({ store }: TestStore, stop: Int32Array): Promise<CheckingReaderResult> {
  const { value, transfer } = store.handle()
  const workerData: CheckingReaderData = { handle: value, stop }
  const worker = new Worker(new URL('testdata/checking-reader.ts', import.meta.url), {
    workerData,
    transferList: transfer,
  })
  return once(worker, 'message').then(([result]) => result as CheckingReaderResult)
}

/** Commits for some seconds, with another writer that never commits; returns the last number. */
async function write(test: TestStore): Promise<number> {
  const group = test.store.appender.openGroup('numbers')
  const other = test.store.appender.openGroup('other')
  let n = 0
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end;) {
    n++
    group.begin(timeOf(n))
    for (const labels of seriesOf(n)) assert.ok(group.add(group.series(labels), n), group.refusal)
    if (n % 7 === 0) {
      other.begin(timeOf(n) + 1)
      assert.ok(other.add(other.series(seriesOf(n)[0]), -1))
      other.rollback()
    }
    assert.ok(group.commit())
    if (n % 20 === 0) {
      test.store.maintain()
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
  }
  return n
}

test('head: kill -9 at any moment loses no commit that was acknowledged, and leaves none in part', async () => {
  using folder = new TestFolder()
  let acknowledged = 0
  for (const lifeMs of [700, 1100, 900]) {
    acknowledged = Math.max(acknowledged, await runAndKill(folder.path, lifeMs))
    await using store = new TestStore(folder.path, { blockRangeMs: 4000 })
    assert.deepEqual(
      store.store.report.repaired.filter((text) => !text.includes('unfinished write')),
      [],
    )
    using querier = store.reader.querier()
    const counts = new Map<number, number>()
    for (const samples of (await readAll(querier)).values()) {
      for (const sample of samples) {
        const [time, value] = sample.split('=').map(Number)
        assert.equal(value, commitAt(time + timeOf(0)))
        counts.set(value, (counts.get(value) ?? 0) + 1)
      }
    }
    assert.ok(counts.size >= acknowledged && counts.size <= acknowledged + 1, `${counts.size} of ${acknowledged}`)
    for (let n = 1; n <= counts.size; n++) assert.equal(counts.get(n), seriesOf(n).length, `commit ${n}`)
  }
})

/** Runs the child until it has said something, then for a while; returns the last number it acknowledged. */
async function runAndKill(folder: string, lifeMs: number): Promise<number> {
  const script = fileURLToPath(new URL('testdata/commit-numbers.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-200)))
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  await new Promise((resolve) => setTimeout(resolve, lifeMs))
  const ended = once(child, 'close')
  child.kill('SIGKILL')
  await ended
  return Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1))
}

test('head: a reader whose thread has ended in the middle of a read leaves its place, and holds nothing back', async () => {
  using folder = new TestFolder()
  await using store = new TestStore(folder.path, { blockRangeMs: 4000 })
  for (let i = 0; i < MAX_READERS + 10; i++) {
    const { value } = store.store.handle()
    const place = header.readers + value.slot
    const words = new Int32Array(value.slabs[0].buffer)
    Atomics.store(words, place, 1)
    value.port.close()
    while (Atomics.load(words, place) !== 0) await new Promise((resolve) => setImmediate(resolve))
  }
})
