import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockRanges, type BlockState, planCompaction } from './block-plan.ts'
import { beyondRetention, type RetentionLimits } from './retention.ts'

/** A block from one time to before another, of 100 series and 10 bytes. */
function block(from: number, to: number, deletedSeries = 0): BlockState {
  const ulid = `${from}-${to}`
  const meta = { version: 1, ulid, minTimeMs: from, maxTimeMs: to - 1, series: 100, samples: 1, chunks: 1, bytes: 10 }
  return { meta, tombstones: deletedSeries > 0 ? 1 : 0, deletedSeries }
}

const names = (blocks: readonly BlockState[]) => blocks.map(({ meta }) => meta.ulid).join(' ')

test('plan: ranges grow by three up to the longest', () => {
  assert.deepEqual(blockRanges(2, 36), [2, 6, 18])
  assert.deepEqual(blockRanges(2, 1), [2])
})

const cases: readonly (readonly [string, readonly BlockState[], string])[] = [
  ['nothing', [], ''],
  ['one block', [block(0, 2)], ''],
  ['the newest is left alone', [block(0, 2), block(2, 4), block(4, 6)], ''],
  ['a full range', [block(0, 2), block(2, 4), block(4, 6), block(6, 8)], '0-2 2-4 4-6'],
  ['a range that ends at its border', [block(2, 4), block(4, 6), block(6, 8), block(8, 10)], '2-4 4-6'],
  ['a range that may get one more', [block(0, 2), block(2, 4), block(6, 8)], ''],
  ['a gap in a full range', [block(0, 2), block(4, 6), block(8, 10)], '0-2 4-6'],
  ['blocks in any order', [block(6, 8), block(4, 6), block(0, 2), block(2, 4)], '0-2 2-4 4-6'],
  ['the next level', [block(0, 6), block(6, 12), block(12, 18), block(18, 20)], '0-6 6-12 12-18'],
  [
    'the smallest first',
    [block(0, 6), block(6, 12), block(12, 14), block(14, 16), block(16, 18), block(18, 20)],
    '12-14 14-16 16-18',
  ],
  ['the longest stays', [block(0, 18), block(18, 36), block(36, 54), block(54, 56)], ''],
  ['overlaps before all', [block(0, 2), block(2, 4), block(4, 6), block(5, 8), block(7, 9)], '4-6 5-8 7-9'],
  ['an overlap with the newest', [block(0, 2), block(0, 6)], '0-2 0-6'],
  ['little was deleted', [block(0, 6, 5), block(6, 8)], ''],
  ['much was deleted', [block(0, 6, 6), block(6, 8)], '0-6'],
  ['much of what is merged soon', [block(0, 2, 6), block(6, 8)], ''],
  ['something of each series', [block(0, 2, 100), block(6, 8)], '0-2'],
]

for (const [what, blocks, expected] of cases)
  test(`plan: ${what}`, () => assert.equal(names(planCompaction(blocks, [2, 6, 18])), expected))

const unlimited: RetentionLimits = { retentionMs: 0, retentionBytes: 0, retentionPercentage: 0 }
const blocks = [block(0, 10), block(10, 20), block(20, 30)]
const state = { blocks, newestMs: 35, otherBytes: 5, diskBytes: 0 }
const retention: readonly (readonly [string, Partial<RetentionLimits>, Partial<typeof state>, string])[] = [
  ['no limit keeps all', {}, {}, ''],
  ['blocks that end before the time go', { retentionMs: 16 }, {}, '0-10 time'],
  ['one that reaches into it stays', { retentionMs: 26 }, {}, ''],
  ['the oldest go while all and the log are larger', { retentionBytes: 25 }, {}, '0-10 size'],
  ['what just fits stays', { retentionBytes: 35 }, {}, ''],
  ['the log alone may be too large', { retentionBytes: 4 }, {}, '20-30 size,10-20 size,0-10 size'],
  ['a share of the disk', { retentionPercentage: 50 }, { diskBytes: 50 }, '0-10 percentage'],
  [
    'it counts in place of the size',
    { retentionPercentage: 50, retentionBytes: 1 },
    { diskBytes: 50 },
    '0-10 percentage',
  ],
  ['a disk that is not known', { retentionPercentage: 1, retentionBytes: 25 }, {}, '0-10 size'],
]

for (const [what, limits, more, expected] of retention) {
  test(`retention: ${what}`, () => {
    const gone = beyondRetention({ ...unlimited, ...limits }, { ...state, ...more })
    assert.equal([...gone].map((pair) => pair.join(' ')).join(), expected)
  })
}
