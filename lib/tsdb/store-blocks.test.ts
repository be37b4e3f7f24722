import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { Labels } from '#lib/model'
import { everything, type SampleGroup } from '#lib/storage'
import { writeBlock } from './block-writer.ts'
import { compactBlocks } from './compact.ts'
import type { PlainMatcher } from './erase.ts'
import { realFiles } from './store-files.ts'
import type { StoreOptions } from './store-options.ts'
import { InlineSync } from './testdata/inline-sync.ts'
import { readAll, sampleText, START, TestFolder, TestStore } from './testdata/test-store.ts'

const HOUR = 3_600_000
const options: Partial<StoreOptions> = {
  blockRangeMs: 2 * HOUR,
  maxBlockRangeMs: 18 * HOUR,
  outOfOrderMs: 5 * HOUR,
  openSync: (folder, state) => new InlineSync(realFiles, folder, state),
}

/** What a store should hold: the text of each sample, by series and time. */
class Model {
  readonly #series = new Map<string, Map<number, string>>()

  add(key: string, timeMs: number, text: string): void {
    const samples = this.#series.get(key) ?? new Map<number, string>()
    this.#series.set(key, samples.set(timeMs, text))
  }

  erase(keys: readonly string[], startMs: number, endMs: number): void {
    for (const key of keys)
      for (const timeMs of this.#series.get(key)?.keys() ?? [])
        if (timeMs >= startMs && timeMs <= endMs) this.#series.get(key)?.delete(timeMs)
  }

  sorted(): [string, string[]][] {
    const inOrder = (samples: Map<number, string>) => [...samples].sort(([a], [b]) => a - b).map(([, text]) => text)
    return sorted([...this.#series].map(([key, samples]) => [key, inOrder(samples)]))
  }
}

function sorted(series: Iterable<[string, string[]]>): [string, string[]][] {
  return [...series].filter(([, list]) => list.length > 0).sort(([a], [b]) => (a < b ? -1 : 1))
}

async function holdsTheSame(store: TestStore, model: Model, what: string): Promise<void> {
  using querier = store.reader.querier()
  assert.deepEqual(sorted(await readAll(querier)), model.sorted(), what)
}

const labelsOf = (series: number) => Labels.from({ __name__: 'm', series: `${series}`, even: `${series % 2 === 0}` })

/** Selectors, and the series that each means. */
const selectors: readonly (readonly [PlainMatcher, (series: number) => boolean])[] = [
  [{ name: '__name__', op: '=', value: 'm' }, () => true],
  [{ name: 'series', op: '=', value: '3' }, (series) => series === 3],
  [{ name: 'even', op: '=', value: 'true' }, (series) => series % 2 === 0],
  [{ name: 'series', op: '=~', value: '[0-2]' }, (series) => series <= 2],
  [{ name: 'series', op: '=', value: 'none' }, () => false],
]
const SERIES = 6

const command = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      stepMs: fc.integer({ min: 1, max: 900_000 }),
      repeat: fc.integer({ min: 1, max: 40 }),
      series: fc.array(fc.nat(SERIES - 1), { maxLength: 4 }),
      value: fc.oneof(fc.double(), fc.constant(undefined)),
      lateMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5 * HOUR })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('erase' as const),
      selector: fc.nat(selectors.length - 1),
      startMs: fc.oneof(fc.constant(-Number.MAX_SAFE_INTEGER), fc.integer({ min: 0, max: 40 * HOUR })),
      spanMs: fc.oneof(fc.constant(Number.MAX_SAFE_INTEGER), fc.integer({ min: 0, max: 20 * HOUR })),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('maintain' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clean' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('reopen' as const, 'kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('snapshot' as const) }) },
)

test('blocks: after writes, deletions, flushes, compactions, kills and restarts a store holds what a plain model has, once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      using stack = new DisposableStack()
      const newFolder = () => stack.use(new TestFolder()).path
      let folder = newFolder()
      let store = new TestStore(folder, options)
      let group = store.store.appender.openGroup('g')
      const model = new Model()
      const used = new Set<number>()
      let nowMs = START
      try {
        for (const [i, step] of commands.entries()) {
          switch (step.kind) {
            case 'write':
              for (let k = 0; k < step.repeat; k++) {
                nowMs += 2 * step.stepMs
                write(group, model, nowMs, step.series, step.value)
                if (step.lateMs > 0) writeLate(group, model, nowMs, step.lateMs, used)
              }
              break
            case 'erase':
              await erase(store, model, step.selector, step)
              break
            case 'maintain':
              await store.maintain()
              break
            case 'clean':
              await store.store.cleanTombstones()
              break
            case 'kill':
            case 'reopen': {
              // What a kill leaves is what lies on the disk now.
              const killed = newFolder()
              if (step.kind === 'kill') cpSync(folder, killed, { recursive: true })
              await store[Symbol.asyncDispose]()
              if (step.kind === 'kill') folder = killed
              store = new TestStore(folder, options)
              group = store.store.appender.openGroup('g')
              break
            }
            case 'snapshot': {
              const name = await store.store.snapshot(false)
              await using copy = new TestStore(join(folder, 'snapshots', name), options)
              await holdsTheSame(copy, model, `${i} in the snapshot`)
              break
            }
          }
          if (step.kind !== 'write') await holdsTheSame(store, model, `${i} ${step.kind}`)
        }
      } finally {
        await store[Symbol.asyncDispose]()
      }
    }),
    { numRuns: 40, interruptAfterTimeLimit: 30_000 },
  )
})

function write(group: SampleGroup, model: Model, timeMs: number, series: readonly number[], value?: number): void {
  group.begin(timeMs)
  for (const number of new Set(series)) {
    const labels = labelsOf(number)
    const ref = group.series(labels)
    assert.ok(value === undefined ? group.addStale(ref) : group.add(ref, value), group.refusal)
    model.add(labels.key, timeMs, sampleText(timeMs, value))
  }
  assert.ok(group.commit())
}

/** At a time that no sample has or had: of two at one time the older would count. */
function writeLate(group: SampleGroup, model: Model, nowMs: number, lateMs: number, used: Set<number>): void {
  const timeMs = nowMs - 2 * Math.floor(lateMs / 2) - 1
  if (used.has(timeMs)) return
  used.add(timeMs)
  const labels = labelsOf(timeMs % SERIES)
  group.begin(nowMs)
  if (group.addAt(group.series(labels), timeMs, lateMs)) model.add(labels.key, timeMs, sampleText(timeMs, lateMs))
  else assert.equal(group.refusal, 'too-old')
  assert.ok(group.commit())
}

async function erase(
  { store }: TestStore,
  model: Model,
  selector: number,
  { startMs, spanMs }: { startMs: number; spanMs: number },
): Promise<void> {
  const [matcher, isMeant] = selectors[selector]
  const start = startMs < 0 ? startMs : START + startMs
  const end = Math.min(start + spanMs, Number.MAX_SAFE_INTEGER)
  await store.erase({ scope: everything, matcherSets: [[matcher]], startMs: start, endMs: end })
  const keys = Array.from({ length: SERIES }, (_, series) => series).filter(isMeant)
  model.erase(
    keys.map((series) => labelsOf(series).key),
    start,
    end,
  )
}

/** A store whose blocks are as they were flushed, and what it holds: a minute apart, from the beginning of 18 hours on. */
async function flushed(folder: string, hours: number): Promise<Model> {
  const start = Math.ceil(START / (18 * HOUR)) * 18 * HOUR
  await using store = new TestStore(folder, { ...options, maxBlockRangeMs: 2 * HOUR })
  const group = store.store.appender.openGroup('g')
  const model = new Model()
  for (let t = 0; t < hours * HOUR; t += 60_000) {
    write(group, model, start + t, [1, 2], t)
    if (t % HOUR === 0) await store.maintain()
  }
  await store.maintain()
  return model
}

const foldersOf = (folder: string) => readdirSync(join(folder, 'blocks')).sort()
const ulidsOf = ({ store }: TestStore) => store.blocks().map(({ meta }) => meta.ulid)
const hoursOf = ({ store }: TestStore) => store.blocks().map(({ meta }) => (meta.maxTimeMs + 1 - meta.minTimeMs) / HOUR)

test('blocks: neighbours are merged three at a time, and readers that still use the old ones finish undisturbed', async () => {
  using folder = new TestFolder()
  const model = await flushed(folder.path, 34)
  await using store = new TestStore(folder.path, options)
  const old = ulidsOf(store)
  assert.equal(old.length, 16)
  using before = store.reader.querier()
  for (let i = 0; i < 4; i++) await store.maintain()
  assert.deepEqual(hoursOf(store), [18, 6, 6, 2])
  const { meta } = store.store.blocks()[0]
  assert.deepEqual([meta.level, meta.sources, meta.parents?.length], [3, old.slice(0, 9), 3])
  assert.deepEqual(sorted(await readAll(before)), model.sorted())
  await holdsTheSame(store, model, 'merged')
  before[Symbol.dispose]()
  await store.maintain()
  assert.deepEqual(foldersOf(folder.path), ulidsOf(store).toSorted())
  assert.equal(store.store.stats().blockCounts.compactions, 6)
})

test('blocks: after a kill at any point of a compaction the next start sees each sample once', async () => {
  using folder = new TestFolder()
  const model = await flushed(folder.path, 10)
  using merged = new TestFolder()
  cpSync(folder.path, merged.path, { recursive: true })
  {
    await using store = new TestStore(merged.path, options)
    await store.maintain()
    await store.maintain()
    assert.deepEqual(hoursOf(store), [6, 2])
  }
  const parents = foldersOf(folder.path).slice(0, 3)
  const child = foldersOf(merged.path).find((ulid) => !foldersOf(folder.path).includes(ulid)) ?? ''
  const blocks = (path: string, ulid: string) => join(path, 'blocks', ulid)
  const addChild = (path: string, as = child) =>
    cpSync(blocks(merged.path, child), blocks(path, as), { recursive: true })
  /** The folder as it is left, and what the next start makes of it. */
  const states: readonly (readonly [string, (path: string) => void, readonly string[]])[] = [
    ['while it was written', (path) => addChild(path, `${child}.tmp`), parents],
    [
      'before meta.json was there',
      (path) => {
        addChild(path, `${child}.tmp`)
        rmSync(join(blocks(path, `${child}.tmp`), 'meta.json'))
      },
      parents,
    ],
    ['when it was whole', (path) => addChild(path), [child]],
    [
      'when a parent was about to be removed',
      (path) => {
        addChild(path)
        renameSync(blocks(path, parents[0]), blocks(path, `${parents[0]}.tmp`))
      },
      [child],
    ],
    [
      'when some parents were removed',
      (path) => {
        addChild(path)
        rmSync(blocks(path, parents[0]), { recursive: true })
        rmSync(blocks(path, parents[2]), { recursive: true })
      },
      [child],
    ],
    [
      'when the disk has lost a part of it',
      (path) => {
        addChild(path)
        truncateSync(join(blocks(path, child), 'index.dat'), 100)
      },
      parents,
    ],
  ]
  for (const [what, leave, expected] of states) {
    using left = new TestFolder()
    cpSync(folder.path, left.path, { recursive: true })
    leave(left.path)
    // Not merged again: what the start makes of it is looked at.
    await using store = new TestStore(left.path, { ...options, maxBlockRangeMs: 2 * HOUR })
    assert.deepEqual(ulidsOf(store).slice(0, expected.length), expected, what)
    assert.deepEqual(foldersOf(left.path), ulidsOf(store).toSorted(), what)
    await holdsTheSame(store, model, what)
  }
})

test('blocks: what is deleted while its block is merged stays deleted, also when a kill comes before the swap', async () => {
  using folder = new TestFolder()
  const model = await flushed(folder.path, 10)
  using killed = new TestFolder()
  const gate = Promise.withResolvers<void>()
  await using store = new TestStore(folder.path, {
    ...options,
    compact: async (job) => {
      const result = await compactBlocks(folder.path, job)
      await gate.promise
      return result
    },
  })
  store.store.maintain()
  for (let i = 0; i < 400 && foldersOf(folder.path).length < 5; i++)
    await new Promise((resolve) => setTimeout(resolve, 5))
  await erase(store, model, 2, { startMs: -1, spanMs: 2 ** 53 })
  cpSync(folder.path, killed.path, { recursive: true })
  gate.resolve()
  await store.maintain()
  await store.maintain()
  await holdsTheSame(store, model, 'in the same run')
  assert.deepEqual(hoursOf(store), [6, 2])
  await using next = new TestStore(killed.path, { ...options, maxBlockRangeMs: 2 * HOUR })
  assert.deepEqual(hoursOf(next), [2, 2, 2, 2])
  await holdsTheSame(next, model, 'after the kill')
})

test('blocks: a damaged block is set aside and named, and compaction goes on without it', async () => {
  using folder = new TestFolder()
  await flushed(folder.path, 10)
  const [first, second] = foldersOf(folder.path)
  const path = join(folder.path, 'blocks', second, 'chunks.dat')
  const bytes = readFileSync(path)
  bytes[bytes.length - 1] ^= 1
  writeFileSync(path, bytes)
  await using store = new TestStore(folder.path, options)
  for (let i = 0; i < 3; i++) await store.maintain()
  assert.deepEqual(hoursOf(store), [6, 2])
  const { corruptions, damaged, blockCounts } = store.store.stats()
  assert.deepEqual([corruptions, blockCounts.compactionFailures, blockCounts.compactions], [1, 1, 1])
  assert.match(damaged.join(), new RegExp(`block ${second} cannot be read and was moved`))
  assert.ok(readdirSync(join(folder.path, 'damaged'))[0].startsWith(second))
  assert.ok(!foldersOf(folder.path).includes(first))
  using querier = store.reader.querier()
  assert.equal(Math.max(...[...(await readAll(querier)).values()].map((list) => list.length)), 8 * 60)
})

test('blocks: tombstones that cannot be read set their block aside, so that nothing deleted is shown', async () => {
  using folder = new TestFolder()
  const model = await flushed(folder.path, 5)
  const [first] = foldersOf(folder.path)
  {
    await using store = new TestStore(folder.path, options)
    await erase(store, model, 1, { startMs: -1, spanMs: 2 ** 53 })
    await erase(store, model, 2, { startMs: -1, spanMs: 2 ** 53 })
  }
  const path = join(folder.path, 'blocks', first, 'tombstones-1.dat')
  const bytes = readFileSync(path)
  bytes[bytes.length - 1] ^= 1
  writeFileSync(path, bytes)
  await using store = new TestStore(folder.path, options)
  assert.match(store.store.report.repaired[0], /tombstones-1.dat at 8: checksum does not match/)
  assert.ok(!foldersOf(folder.path).includes(first))
})

test('blocks: what covers the same times is merged, each sample once', async () => {
  using folder = new TestFolder()
  const labels = labelsOf(1)
  const seriesOf = (times: number[], value: number) => ({
    labels,
    count: times.length,
    times: Float64Array.from(times),
    values: Float64Array.from(times, () => value),
  })
  const blocks = join(folder.path, 'blocks')
  mkdirSync(blocks)
  const hour = Math.floor(START / (6 * HOUR)) * 6 * HOUR
  const at = (...minutes: number[]) => minutes.map((minute) => hour + minute * 60_000)
  for (const [times, value] of [
    [at(0, 2, 4, 9), 1],
    [at(1, 2, 3, 10, 11), 2],
  ] as const)
    writeBlock(blocks, { minTimeMs: hour, maxTimeMs: hour + 2 * HOUR - 1, series: [seriesOf(times, value)] })
  await using store = new TestStore(folder.path, options)
  await store.maintain()
  await store.maintain()
  using querier = store.reader.querier()
  const [[, samples]] = await readAll(querier)
  const minutes = samples.map((text) => (Number(text.split('=')[0]) + START - hour) / 60_000)
  assert.deepEqual(minutes, [0, 1, 2, 3, 4, 9, 10, 11])
  const { compactions, overlapping } = store.store.stats().blockCounts
  assert.deepEqual([compactions, overlapping], [1, 1])
})

test('blocks: what comes late after a deletion is there, and what came late before it is not', async () => {
  using folder = new TestFolder()
  const labels = labelsOf(1)
  const model = new Model()
  const add = ({ store }: TestStore, timeMs: number, value: number) => {
    const group = store.appender.openGroup('g')
    group.begin(timeMs)
    assert.ok(group.addAt(group.series(labels), timeMs, value) && group.commit(), group.refusal)
    model.add(labels.key, timeMs, sampleText(timeMs, value))
  }
  const start = Math.ceil(START / (2 * HOUR)) * 2 * HOUR
  {
    await using store = new TestStore(folder.path, options)
    for (const minute of [0, 60, 179]) add(store, start + minute * 60_000, minute)
    add(store, start + 100 * 60_000, 1)
    await store.store.erase({
      scope: everything,
      matcherSets: [[{ name: '__name__', op: '=', value: 'm' }]],
      startMs: start + 30 * 60_000,
      endMs: start + 120 * 60_000,
    })
    model.erase([labels.key], start + 30 * 60_000, start + 120 * 60_000)
    await holdsTheSame(store, model, 'deleted')
    add(store, start + 70 * 60_000, 2)
    await holdsTheSame(store, model, 'come again')
  }
  await using store = new TestStore(folder.path, options)
  await holdsTheSame(store, model, 'after a start')
  add(store, start + 200 * 60_000, 3)
  for (let i = 0; i < 3; i++) await store.maintain()
  assert.ok(store.store.stats().blocks > 0)
  await holdsTheSame(store, model, 'after a flush')
})

test('blocks: where all was deleted an empty block keeps the end of what was written, until there is a newer one', async () => {
  using folder = new TestFolder()
  const model = await flushed(folder.path, 5)
  {
    await using store = new TestStore(folder.path, options)
    await erase(store, model, 0, { startMs: -1, spanMs: 2 ** 53 })
    await store.store.cleanTombstones()
    assert.deepEqual(hoursOf(store), [2])
    assert.equal(store.store.blocks()[0].meta.samples, 0)
  }
  await using store = new TestStore(folder.path, { ...options, outOfOrderMs: 0 })
  await holdsTheSame(store, model, 'after a start')
  const { minTimeMs } = store.store.blocks()[0].meta
  const group = store.store.appender.openGroup('g')
  group.begin(minTimeMs)
  assert.equal(group.add(group.series(labelsOf(4)), 1), false)
  assert.equal(group.refusal, 'too-old')
})
