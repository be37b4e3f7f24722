import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { crc32c } from '#lib/codec'
import { filesAfterCheckpoint, logFiles, readLog } from './log.ts'
import { Problems } from './problems.ts'

const temp = mkdtempSync(join(tmpdir(), 'prometheus-data-'))
after(() => {
  rmSync(temp, { recursive: true })
})

const PAGE = 32 * 1024
const [WHOLE, FIRST, MIDDLE, LAST] = [1, 2, 3, 4]
const ZSTD = 16

/** Records in pages, as Prometheus writes them. */
function logOf(records: readonly Uint8Array[], flags = 0): Uint8Array {
  const parts: Uint8Array[] = []
  let at = 0
  const put = (bytes: Uint8Array) => {
    parts.push(bytes)
    at += bytes.length
  }
  for (const record of records) {
    for (let from = 0, isFirst = true; isFirst || from < record.length; isFirst = false) {
      const inPage = PAGE - (at % PAGE)
      if (inPage < 7) put(new Uint8Array(inPage))
      const room = PAGE - (at % PAGE) - 7
      const data = record.subarray(from, from + room)
      from += data.length
      const isLast = from === record.length
      const type = isFirst ? (isLast ? WHOLE : FIRST) : isLast ? LAST : MIDDLE
      const head = Buffer.alloc(7)
      head[0] = type | flags
      head.writeUInt16BE(data.length, 1)
      head.writeUInt32BE(crc32c(data, 0, data.length), 3)
      put(head)
      put(data)
    }
  }
  return Buffer.concat(parts)
}

function read(files: readonly Uint8Array[]): { records: Uint8Array[]; problems: Problems } {
  const paths = files.map((bytes, i) => {
    const path = join(temp, String(i).padStart(8, '0'))
    writeFileSync(path, bytes)
    return path
  })
  const problems = new Problems()
  const records = Array.from(readLog(paths, problems), ({ bytes }) => Uint8Array.from(bytes))
  return { records, problems }
}

const record = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc.integer({ min: PAGE - 30, max: 3 * PAGE }).map((length) => new Uint8Array(length).fill(length)),
)

test('log: records of any length come back, over pages and files, compressed or not', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 12 }), fc.array(record, { maxLength: 3 }), (first, second) => {
      const compressed = logOf(
        second.map((bytes) => zstdCompressSync(bytes)),
        ZSTD,
      )
      const { records, problems } = read([logOf(first), compressed])
      assert.deepEqual(problems.list, [])
      assert.deepEqual(
        records.map((bytes) => Buffer.from(bytes).toString('hex')),
        [...first, ...second].map((bytes) => Buffer.from(bytes).toString('hex')),
      )
    }),
    { numRuns: 50 },
  )
})

const hundred = Array.from({ length: 100 }, (_, i) => new Uint8Array(1000).fill(i))

test('log: an end within a record of the last file is a torn tail, and nothing else is', () => {
  const whole = logOf(hundred)
  for (const cut of [1, 500, 1006, 1010, 30_000]) {
    const { records, problems } = read([whole, whole.subarray(0, whole.length - cut)])
    assert.equal(records.length, 200 - Math.ceil(cut / 1007.5))
    assert.deepEqual(problems.list.length <= 1 && problems.list.every(({ isTornTail }) => isTornTail), true)
    const earlier = read([whole.subarray(0, whole.length - cut), whole])
    assert.ok(earlier.problems.list.every(({ isTornTail }) => !isTornTail))
  }
})

test('log: after damage reading goes on with the next page', () => {
  const bytes = Uint8Array.from(logOf(hundred))
  bytes[PAGE + 5000] ^= 1
  const { records, problems } = read([bytes])
  const lost = 100 - records.length
  assert.ok(lost > 20 && lost < 36, `${lost} records lost`)
  assert.deepEqual(
    problems.list.map(({ isTornTail }) => isTornTail),
    new Array(problems.count).fill(false),
  )
  assert.ok(problems.list[0].offset > PAGE && problems.list[0].offset <= PAGE + 5000)
})

test('log: a record that does not end costs nothing but itself', () => {
  const begun = logOf([new Uint8Array(PAGE)]).subarray(0, PAGE)
  const { records, problems } = read([Buffer.concat([begun, logOf(hundred.slice(0, 3))]), logOf(hundred)])
  assert.equal(records.length, 103)
  assert.deepEqual(
    problems.list.map(({ offset, problem, isTornTail }) => [offset, problem, isTornTail]),
    [[0, 'the record does not end', false]],
  )
})

test('log: a record that cannot be decompressed costs nothing but itself', () => {
  const broken = logOf([Uint8Array.of(1, 2, 3, 4, 5, 6)], ZSTD)
  const { records, problems } = read([Buffer.concat([logOf(hundred.slice(0, 1)), broken, logOf(hundred.slice(1, 9))])])
  assert.equal(records.length, 9)
  assert.match(problems.list[0].problem, /^decompress: /)
})

test('log: a folder is read from its newest checkpoint on, and one that is not there is empty', () => {
  const folder = join(temp, 'nowhere')
  assert.deepEqual(logFiles(folder), [])
  assert.deepEqual(filesAfterCheckpoint(folder), { checkpoint: [], rest: [] })
})
