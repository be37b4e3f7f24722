import assert from 'node:assert/strict'
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Labels } from '#lib/model'
import type { SampleGroup } from '#lib/storage'
import { realFiles } from './store-files.ts'
import { InlineSync } from './testdata/inline-sync.ts'
import { readAll, START, TestFolder, TestStore } from './testdata/test-store.ts'
import { tinyDisk } from './testdata/tiny-disk.ts'

const HOUR = 3_600_000
const FIRST = Math.ceil(START / (2 * HOUR)) * 2 * HOUR

/** Commits one sample of each of a number of series; whether it was taken. */
function commit(group: SampleGroup, timeMs: number, series: number): boolean {
  group.begin(timeMs)
  for (let i = 0; i < series; i++) group.add(group.series(Labels.from({ __name__: 'm', i: `${i}` })), timeMs + i)
  return group.commit()
}

async function timesOf(test: TestStore, i = 0): Promise<number[]> {
  using querier = test.reader.querier()
  const found = [...(await readAll(querier))].find(([key]) => key === Labels.from({ __name__: 'm', i: `${i}` }).key)
  return (found?.[1] ?? []).map((sample) => Number(sample.split('=')[0]) + START)
}

/** Takes what is left of a disk, but for some bytes. */
function fill(disk: string, spareBytes: number): string {
  const { bavail, bsize } = statfsSync(disk)
  const path = join(disk, 'ballast')
  writeFileSync(path, new Uint8Array(Math.max(0, bavail * bsize - spareBytes)))
  return path
}

test('store: a full disk stops writing with a reason and a count, queries go on, and writing resumes by itself', async (t) => {
  const disk = tinyDisk(t, 4)
  if (disk === undefined) return
  const taken: number[] = []
  let nowMs = FIRST
  const open = () => new TestStore(join(disk, 'data'), { now: () => nowMs })
  {
    await using store = open()
    const group = store.store.appender.openGroup('g')
    const step = () => {
      nowMs += 60_000
      const isTaken = commit(group, nowMs, 200)
      if (isTaken) taken.push(nowMs)
      return isTaken
    }
    // Enough for a block, which then finds no room.
    for (let i = 0; i < 185; i++) assert.ok(step())
    const ballast = fill(disk, 20_000)
    while (step());
    await store.maintain()
    const full = store.store.stats()
    assert.equal(full.isWriting, false)
    assert.match(full.failure, /the log takes no samples: .*(no space|bytes written|no room)/i)
    assert.match(full.failure, /writing a block failed, the head keeps its samples: .*no space/i)
    assert.equal(full.refused['log-failed'], 200)
    assert.ok(full.failures.log >= 1 && full.failures.block === 1)
    assert.equal(await store.store.durable(), true, 'what was taken is on the disk')
    for (let i = 0; i < 5; i++) assert.equal(step(), false)
    assert.deepEqual(await timesOf(store), taken)
    assert.ok(readdirSync(join(disk, 'data/wal')).length < 6, 'no pile of segments')
    assert.deepEqual(readdirSync(join(disk, 'data/blocks')), [])

    rmSync(ballast)
    assert.ok(step(), 'there is room')
    await store.maintain()
    const { failure, isWriting, blocks } = store.store.stats()
    assert.deepEqual({ failure, isWriting, blocks }, { failure: '', isWriting: true, blocks: 1 })
    assert.deepEqual(await timesOf(store), taken)
  }
  {
    const ballast = fill(disk, 0)
    await using store = open()
    assert.deepEqual(await timesOf(store), taken, 'a start on a full disk')
    assert.equal(commit(store.store.appender.openGroup('g'), (nowMs += 60_000), 200), false)
    rmSync(ballast)
    assert.ok(commit(store.store.appender.openGroup('g'), nowMs, 200))
    taken.push(nowMs)
  }
  await using store = open()
  assert.deepEqual(await timesOf(store), taken)
  assert.deepEqual(store.store.report.repaired, [])
})

test('store: a clock that jumps forward and back corrupts nothing, and deletes nothing by itself', async () => {
  using folder = new TestFolder()
  let nowMs = FIRST
  const open = () => new TestStore(folder.path, { now: () => nowMs, retentionMs: 24 * HOUR })
  const taken: number[] = []
  {
    await using store = open()
    const group = store.store.appender.openGroup('g')
    const run = async (minutes: number) => {
      for (let i = 0; i < minutes; i++) {
        nowMs += 60_000
        if (group.refusal === 'none' && commit(group, nowMs, 1) && !taken.includes(nowMs)) taken.push(nowMs)
        if (i % 10 === 0) await store.maintain()
      }
    }
    await run(6 * 60)
    const before = nowMs
    assert.ok(store.store.stats().blocks >= 2)
    // A year ahead, with nothing scraped; then with a scrape.
    nowMs += 365 * 24 * HOUR
    await store.maintain()
    assert.deepEqual(await timesOf(store), taken)
    assert.ok(commit(group, nowMs, 1))
    const ahead = nowMs
    taken.push(ahead)
    await store.maintain()
    assert.deepEqual(await timesOf(store), taken, 'blocks that a wrong clock makes old are kept')
    // Back again: nothing is taken into the range that became a block, nor by a series that has a sample in the future.
    nowMs = before + 60_000
    assert.ok(commit(group, nowMs, 2))
    assert.equal(store.store.stats().refused['too-old'], 2)
    nowMs = before + 3 * HOUR
    assert.ok(commit(group, nowMs, 2))
    assert.equal(store.store.stats().refused['out-of-order'], 1)
    assert.deepEqual(await timesOf(store, 1), [nowMs])
    // Before all that there is.
    nowMs = FIRST - 24 * HOUR
    assert.ok(commit(group, nowMs, 3))
    assert.deepEqual(await timesOf(store, 2), [], 'in the range of blocks')
    await store.maintain()
    assert.equal(store.store.stats().failure, '')
  }
  nowMs = taken.at(-1)!
  await using store = open()
  assert.deepEqual(store.store.report.repaired, [])
  assert.deepEqual(await timesOf(store), taken)
  await store.maintain()
  assert.deepEqual(await timesOf(store), taken)
})

test('store: what a failed sync may have cost is written again, and only then answered for', async () => {
  using folder = new TestFolder()
  let isFailing = false
  const files = {
    ...realFiles,
    sync: (fd: number) => {
      if (isFailing) throw new Error('input/output error')
      realFiles.sync(fd)
    },
  }
  const openSync = (path: string, state: Int32Array) => new InlineSync(files, path, state)
  {
    await using store = new TestStore(folder.path, { files, openSync })
    const group = store.store.appender.openGroup('g')
    assert.ok(commit(group, START, 2) && (await store.store.durable()))
    assert.ok(commit(group, START + 1000, 2))
    isFailing = true
    assert.equal(await store.store.durable(), false)
    assert.equal(await store.store.durable(), false, 'it still cannot be written')
    await store.maintain()
    assert.match(store.store.stats().failure, /the log could not be put on the disk: input\/output error/)
    isFailing = false
    assert.ok(commit(group, START + 2000, 2))
    assert.equal(await store.store.durable(), true)
    await store.maintain()
    assert.equal(store.store.stats().failure, '')
  }
  await using store = new TestStore(folder.path)
  assert.deepEqual(await timesOf(store), [START, START + 1000, START + 2000])
  assert.deepEqual(store.store.report.repaired, [])
})
