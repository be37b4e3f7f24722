import assert from 'node:assert/strict'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Labels } from '#lib/model'
import { BlockVersionError, metaText, parseMeta } from './block-meta.ts'
import { InlineSync } from './testdata/inline-sync.ts'
import { readAll, START, TestFolder, TestStore } from './testdata/test-store.ts'
import { realFiles } from './store-files.ts'
import type { StoreOptions } from './store-options.ts'

const RANGE_MS = 4000
const START_MS = Math.ceil(START / RANGE_MS) * RANGE_MS
const options: Partial<StoreOptions> = {
  blockRangeMs: RANGE_MS,
  openSync: (folder, state) => new InlineSync(realFiles, folder, state),
}

/** A whole store: its samples, and how many lie in blocks. */
const whole = {
  folder: new TestFolder(),
  samples: new Map<string, string[]>(),
  blocks: [] as string[],
  segments: [] as string[],
}

before(async () => {
  await using store = new TestStore(whole.folder.path, options)
  const groups = [0, 1].map((n) => store.store.appender.openGroup(`${n}`))
  for (let i = 0; i < 160; i++) {
    for (const [n, group] of groups.entries()) {
      group.begin(START_MS + i * 100 + n)
      for (let s = 0; s < 6; s++) {
        const labels = Labels.from({ __name__: `m${s}`, group: `${n}` })
        assert.ok(group.add(group.series(labels), i * 10 + s))
      }
      assert.ok(group.commit())
    }
    if (i % 5 === 0) await store.maintain()
  }
  using querier = store.reader.querier()
  whole.samples = await readAll(querier)
  whole.blocks = store.store.stats().blocks > 0 ? readdirSync(join(whole.folder.path, 'blocks')) : []
  whole.segments = readdirSync(join(whole.folder.path, 'wal'))
})

after(() => whole.folder[Symbol.dispose]())

/** What is left of a store that some damage was done to. */
interface Outcome {
  readonly lost: number
  readonly repaired: readonly string[]
  readonly corruptions: number
  /** What the first query said, where it failed. */
  readonly said: string
}

/**
 * Damages a copy of the store, starts and asks it. Nothing is ever made up, and what is lost is told and counted; only that a log
 * ended later than it does, nothing can tell.
 */
async function afterDamage(damage: (folder: string) => void, isEndOfLog = false): Promise<Outcome> {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'damage-'))
  try {
    cpSync(whole.folder.path, root, { recursive: true })
    damage(root)
    const outcome = await outcomeOf(root)
    if (outcome.lost > 0 && !isEndOfLog) {
      assert.ok(outcome.corruptions > 0, 'a loss that no metric counts')
      assert.ok(outcome.repaired.length > 0 || outcome.said !== '', 'a loss that nobody tells')
    }
    // Once more: what was set aside is out of the way.
    const again = await outcomeOf(root)
    assert.equal(again.said, '')
    assert.ok(again.lost <= outcome.lost)
    return outcome
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function outcomeOf(root: string): Promise<Outcome> {
  await using store = new TestStore(root, options)
  const first = await ask(store)
  // The block's reader has told the store, which told the readers.
  await store.maintain()
  const second = await ask(store)
  assert.equal(second.said, '', 'the second query answers')
  const { corruptions } = store.store.stats()
  const { repaired } = store.store.report
  let lost = 0
  for (const [key, texts] of whole.samples) lost += texts.length - (second.found.get(key)?.length ?? 0)
  for (const [key, texts] of second.found) {
    const known = new Set(whole.samples.get(key))
    assert.deepEqual(
      texts.filter((text) => !known.has(text)),
      [],
      'made up',
    )
  }
  return { lost, repaired, corruptions, said: first.said }
}

async function ask(store: TestStore): Promise<{ found: Map<string, string[]>; said: string }> {
  try {
    using querier = store.reader.querier()
    return { found: await readAll(querier), said: '' }
  } catch (error) {
    return { found: new Map(), said: (error as Error).message }
  }
}

const samplesOfBlock = () => (RANGE_MS / 100) * 12

test('damage: the store to be damaged has blocks and a log', async () => {
  assert.ok(whole.blocks.length >= 2 && whole.segments.length >= 2, `${whole.blocks.length} ${whole.segments.length}`)
  assert.deepEqual(await afterDamage(() => {}), { lost: 0, repaired: [], corruptions: 0, said: '' })
})

/** Ways to spoil a file. */
const ways: readonly (readonly [string, (path: string) => void])[] = [
  ['missing', (path) => rmSync(path)],
  ['empty', (path) => writeFileSync(path, '')],
  ['of zeros', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length))],
  ['of something else', (path) => writeFileSync(path, 'x'.repeat(readFileSync(path).length))],
  ['cut in half', (path) => truncateSync(path, readFileSync(path).length >> 1)],
  ['cut by a byte', (path) => truncateSync(path, readFileSync(path).length - 1)],
  ['longer', (path) => appendFileSync(path, 'more')],
  [
    'a folder',
    (path) => {
      rmSync(path)
      mkdirSync(path)
    },
  ],
]

for (const file of ['meta.json', 'index.dat', 'chunks.dat']) {
  for (const [how, spoil] of ways) {
    test(`damage: a block whose ${file} is ${how} is set aside with a sentence, and all else answers`, async () => {
      const [block] = whole.blocks
      const { lost, repaired, corruptions } = await afterDamage((folder) => spoil(join(folder, 'blocks', block, file)))
      // A line more at the end of meta.json changes nothing that it says.
      if (lost === 0) assert.deepEqual([file, how], ['meta.json', 'cut by a byte'])
      else {
        assert.equal(lost, samplesOfBlock())
        assert.equal(corruptions, 1)
        assert.match(repaired[0], new RegExp(`^block ${block} cannot be read and was moved to .+/damaged/${block}: `))
      }
    })
  }

  test(`damage: a flipped bit anywhere in ${file} costs at most that block, which is named and counted`, async () => {
    const [, block] = whole.blocks
    const { length } = readFileSync(join(whole.folder.path, 'blocks', block, file))
    const stride = Math.max(1, Math.floor(length / 40))
    for (let at = 0; at < length; at += stride) {
      const { lost, repaired, said } = await afterDamage((folder) => flip(join(folder, 'blocks', block, file), at))
      assert.ok(lost === 0 || lost === samplesOfBlock(), `${lost} lost by byte ${at}`)
      if (lost > 0) assert.ok([...repaired, said].some((text) => text.includes(block)))
    }
  })
}

test('damage: a flipped bit anywhere in a segment of the log costs a record, or the segment where its header is hit', async () => {
  for (const segment of whole.segments) {
    const { length } = readFileSync(join(whole.folder.path, 'wal', segment))
    const stride = Math.max(1, Math.floor(length / 25))
    for (let at = 0; at < length; at += stride) {
      const { repaired, corruptions } = await afterDamage((folder) => flip(join(folder, 'wal', segment), at))
      assert.ok(corruptions >= 1)
      assert.ok(repaired.some((text) => text.includes(segment)))
    }
  }
})

for (const [how, spoil] of ways) {
  test(`damage: a start with a segment of the log that is ${how} goes on with what there is`, async () => {
    for (const segment of whole.segments)
      await afterDamage((folder) => spoil(join(folder, 'wal', segment)), segment === whole.segments.at(-1))
  })
}

test('damage: a block that is a file is set aside, and files that are none of ours are named and left alone', async () => {
  const root = new TestFolder()
  using _ = root
  cpSync(whole.folder.path, root.path, { recursive: true })
  const path = (name: string) => join(root.path, name)
  const block = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
  writeFileSync(path(`blocks/${block}`), 'no folder')
  const foreign = ['blocks/lost+found', 'blocks/notes.tmp', 'wal/notes', 'wal/00000009.wal.bak'].map(path)
  mkdirSync(foreign[0])
  for (const file of foreign.slice(1)) writeFileSync(file, 'mine')
  mkdirSync(path('blocks/01ARZ3NDEKTSV4RRFFQ69G5FAX.tmp'))
  await using store = new TestStore(root.path, options)
  const { repaired, foreign: named } = store.store.report
  assert.equal(repaired.length, 1)
  assert.match(repaired[0], /^block 01ARZ3NDEKTSV4RRFFQ69G5FAV cannot be read and was moved to /)
  for (const file of foreign)
    assert.ok(existsSync(file) && named.some((text) => text.startsWith(`${file} is no `)), file)
  assert.ok(!existsSync(path('blocks/01ARZ3NDEKTSV4RRFFQ69G5FAX.tmp')), 'what a killed writer left is gone')
  assert.equal(store.store.stats().corruptions, 1)
})

test('damage: a file in the place of the log or of the blocks is moved away', async () => {
  for (const name of ['wal', 'blocks']) {
    const { repaired } = await afterDamage((folder) => {
      rmSync(join(folder, name), { recursive: true })
      writeFileSync(join(folder, name), 'a file')
    })
    assert.match(repaired[0], new RegExp(`/${name} is no folder and was moved to .+/damaged/${name}$`))
  }
})

test('damage: a lock that holds something is emptied', async () => {
  for (const content of ['x', 'SQLite format 3\0 and more', 'y'.repeat(10_000)]) {
    const { lost } = await afterDamage((folder) => writeFileSync(join(folder, 'lock'), content))
    assert.equal(lost, 0)
  }
})

test('damage: a block of a later format is refused, and nothing is changed', async () => {
  using folder = new TestFolder()
  cpSync(whole.folder.path, folder.path, { recursive: true })
  const path = join(folder.path, 'blocks', whole.blocks[1], 'meta.json')
  const later = metaText({ ...parseMeta(readFileSync(path, 'utf8')), version: 2 })
  writeFileSync(path, later)
  rmSync(join(folder.path, 'blocks', whole.blocks[0], 'meta.json'))
  assert.throws(() => new TestStore(folder.path, options), BlockVersionError)
  assert.equal(readFileSync(path, 'utf8'), later)
  assert.ok(existsSync(join(folder.path, 'blocks', whole.blocks[0])))
})

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] ^= 1 << (at % 8)
  writeFileSync(path, bytes)
}
