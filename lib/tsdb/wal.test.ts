import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { crc32c } from '#lib/codec'
import { frameRecord, segmentHeader } from './wal-format.ts'
import { newSyncState, syncWord, WalSync } from './wal-sync.ts'
import { Wal } from './wal.ts'

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'wal-'))
  t.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function openLog(folder: string, segmentBytes?: number): { wal: Wal; records: string[] } {
  const records: string[] = []
  const wal = Wal.open(folder, {
    onRecord: (bytes, from, to) => records.push(Buffer.from(bytes.subarray(from, to)).toString()),
    segmentBytes,
  })
  return { wal, records }
}

function write(folder: string, texts: readonly string[], segmentBytes?: number): void {
  const { wal } = openLog(folder, segmentBytes)
  for (const text of texts) assert.ok(wal.append(Buffer.from(text), Buffer.byteLength(text)))
  wal.close()
}

const texts = Array.from({ length: 20 }, (_, i) => `record ${i} ${'x'.repeat(i * 7)}`)

test('wal: gives back all records in order, over segments and starts', (t) => {
  const folder = tempFolder(t)
  write(folder, texts.slice(0, 12), 200)
  write(folder, texts.slice(12), 200)
  const { wal, records } = openLog(folder)
  assert.deepEqual(records, texts)
  assert.deepEqual(wal.report.repairs, [])
  assert.ok(wal.report.segments > 4)
  wal.close()
})

test('wal: a segment cut at any byte gives the records before the cut, and says what was cut', (t) => {
  const folder = tempFolder(t)
  write(folder, ['one', 'two', 'three'])
  const path = join(folder, '00000001.wal')
  const whole = readFileSync(path)
  const ends = [28, 43, 58, 75]
  for (let size = whole.length - 1; size >= 0; size--) {
    rmSync(folder, { recursive: true })
    openLog(folder).wal.close()
    writeFileSync(path, whole.subarray(0, size))
    rmSync(join(folder, '00000002.wal'), { force: true })
    const { wal, records } = openLog(folder)
    assert.equal(records.length, ends.filter((end) => end <= size).length - (size >= 28 ? 1 : 0), `${size} bytes`)
    const cut = size < 28 ? size : size - ends.findLast((end) => end <= size)!
    assert.equal(wal.report.repairs.find((r) => r.file === '00000001.wal')?.bytes ?? 0, cut)
    wal.close()
    openLog(folder).wal.close()
  }
})

const damages: [string, (bytes: Buffer) => void][] = [
  ['a flipped bit in a payload', (bytes) => (bytes[43 + 13] ^= 1)],
  ['a length that points past the end of the file', (bytes) => bytes.writeUInt32LE(1_000_000, 43 + 8)],
  ['a length that points into a later record', (bytes) => bytes.writeUInt32LE(7, 43 + 8)],
  ['a length of 0', (bytes) => bytes.writeUInt32LE(0, 43 + 8)],
  ['a mark that is not there', (bytes) => bytes.writeUInt32LE(0, 43)],
]

for (const [name, damage] of damages) {
  test(`wal: ${name} costs that record alone, is set aside, and is reported at each start`, (t) => {
    const folder = tempFolder(t)
    write(folder, ['one', 'two', 'three'])
    write(folder, ['four'])
    const path = join(folder, '00000001.wal')
    const bytes = readFileSync(path)
    damage(bytes)
    writeFileSync(path, bytes)
    for (let start = 0; start < 2; start++) {
      const { wal, records } = openLog(folder)
      assert.deepEqual(records, ['one', 'three', 'four'])
      const keptIn = '00000001.wal.43.damaged'
      assert.deepEqual(wal.report.repairs, [
        { file: '00000001.wal', offset: 43, bytes: 15, action: 'set-aside', keptIn },
      ])
      assert.deepEqual(readFileSync(join(folder, keptIn)), bytes.subarray(43, 58))
      wal.close()
    }
  })
}

test('wal: a damaged last record with all its bytes is set aside, not taken for a torn write', (t) => {
  const folder = tempFolder(t)
  write(folder, ['one', 'two'])
  const path = join(folder, '00000001.wal')
  const bytes = Buffer.concat([readFileSync(path), Buffer.from('rest')])
  bytes[43 + 12] ^= 1
  writeFileSync(path, bytes)
  const { wal, records } = openLog(folder)
  assert.deepEqual(records, ['one'])
  const keptIn = '00000001.wal.43.damaged'
  assert.deepEqual(wal.report.repairs, [{ file: '00000001.wal', offset: 43, bytes: 19, action: 'set-aside', keptIn }])
  wal.close()
  assert.deepEqual(openLog(folder).wal.report.repairs, [])
})

test('wal: a payload that holds a whole log is never taken for records of its own', (t) => {
  const folder = tempFolder(t)
  write(folder, ['forged', 'forged too'])
  const forged = readFileSync(join(folder, '00000001.wal'))
  rmSync(join(folder, '00000001.wal'))
  const { wal } = openLog(folder)
  wal.append(forged, forged.length)
  wal.append(Buffer.from('next'), 4)
  wal.close()
  const path = join(folder, '00000001.wal')
  const bytes = readFileSync(path)
  bytes.writeUInt32LE(1_000_000, 28 + 8)
  writeFileSync(path, bytes)
  const { wal: again, records } = openLog(folder)
  assert.deepEqual(records, ['next'])
  assert.equal(again.report.repairs[0].bytes, 12 + forged.length)
  again.close()
})

test('wal: any flipped bit loses records at its place only, and never invents one', (t) => {
  const folder = tempFolder(t)
  write(folder, texts.slice(0, 5))
  const path = join(folder, '00000001.wal')
  const whole = readFileSync(path)
  for (let i = 0; i < whole.length; i++) {
    rmSync(folder, { recursive: true })
    const { wal: fresh } = openLog(folder)
    fresh.close()
    const bytes = Buffer.from(whole)
    bytes[i] ^= 1 << (i % 8)
    writeFileSync(path, bytes)
    const { wal, records } = openLog(folder)
    assert.equal(records.length, i < 28 ? 0 : 4)
    assert.deepEqual(
      records,
      texts.slice(0, 5).filter((text) => records.includes(text)),
    )
    assert.equal(wal.report.repairs.length, 1)
    wal.close()
  }
})

test('wal: a segment of a later format is refused and left as it is', (t) => {
  const folder = tempFolder(t)
  write(folder, ['one'])
  const path = join(folder, '00000001.wal')
  const bytes = readFileSync(path)
  bytes.writeUInt32LE(3, 4)
  bytes.writeUInt32LE(crc32c(bytes, 0, 24), 24)
  writeFileSync(path, bytes)
  assert.throws(() => openLog(folder), /00000001\.wal: format version 3 is not known/)
  assert.deepEqual(readFileSync(path), bytes)
})

test('wal: drops old segments and counts the bytes that are left', (t) => {
  const folder = tempFolder(t)
  const { wal } = openLog(folder)
  wal.append(Buffer.from('one'), 3)
  const kept = wal.rotate()
  wal.append(Buffer.from('two'), 3)
  assert.equal(wal.bytes, 86)
  wal.dropBefore(kept)
  assert.equal(wal.bytes, 43)
  wal.close()
  assert.deepEqual(openLog(folder).records, ['two'])
})

test('wal: a log that cannot make a segment says so, and takes records when it can again', (t) => {
  const folder = tempFolder(t)
  const { wal } = openLog(folder, 17)
  assert.ok(wal.append(Buffer.from('one'), 3))
  rmSync(folder, { recursive: true })
  const sync = newSyncState()
  const other = Wal.open(folder, { onRecord: () => {}, sync })
  Atomics.store(sync, syncWord.failedSegment, other.segment)
  rmSync(folder, { recursive: true })
  assert.equal(other.append(Buffer.from('two'), 3), false)
  assert.ok(other.failure instanceof Error)
  openLog(folder).wal.close()
  rmSync(join(folder, '00000001.wal'))
  assert.ok(other.append(Buffer.from('two'), 3))
  assert.equal(other.failures, 1)
  other.close()
  wal.close()
})

test('wal: a segment whose sync failed is not written again', (t) => {
  const folder = tempFolder(t)
  const sync = newSyncState()
  const wal = Wal.open(folder, { onRecord: () => {}, sync })
  wal.append(Buffer.from('one'), 3)
  Atomics.store(sync, syncWord.failedSegment, wal.segment)
  wal.append(Buffer.from('two'), 3)
  assert.equal(wal.segment, 2)
  wal.close()
})

test('sync thread: makes records durable on demand and within a second, and ends on its flag', async (t) => {
  const folder = tempFolder(t)
  const state = newSyncState()
  const wal = Wal.open(folder, { onRecord: () => {}, sync: state })
  const sync = WalSync.start(folder, state, (error) => {
    assert.fail(String(error))
  })
  for (let i = 0; i < 5; i++) {
    const mark = sync.mark()
    wal.append(Buffer.from('one'), 3)
    wal.rotate()
    wal.append(Buffer.from('two'), 3)
    assert.equal(await sync.durable(mark), true)
    assert.equal(Atomics.load(state, syncWord.synced), Atomics.load(state, syncWord.written))
  }
  wal.append(Buffer.from('three'), 5)
  await sync.close()
  assert.equal(Atomics.load(state, syncWord.synced), 11)
  wal.close()
})

test('sync thread: syncs at least once a second what was written, unasked, and rests when nothing was', async (t) => {
  const folder = tempFolder(t)
  const state = newSyncState()
  const wal = Wal.open(folder, { onRecord: () => {}, sync: state })
  const sync = WalSync.start(folder, state, (error) => {
    assert.fail(String(error))
  })
  for (let round = 0; round < 3; round++) {
    const before = Atomics.load(state, syncWord.syncs)
    wal.append(Buffer.from('one'), 3)
    const written = performance.now()
    while (Atomics.load(state, syncWord.synced) !== Atomics.load(state, syncWord.written)) {
      assert.ok(performance.now() - written < 1500, 'a second, and what a busy machine adds')
      await delay(20)
    }
    assert.equal(Atomics.load(state, syncWord.syncs), before + 1)
  }
  const rested = Atomics.load(state, syncWord.syncs)
  await delay(1000)
  assert.equal(Atomics.load(state, syncWord.syncs), rested)
  assert.equal(Atomics.load(state, syncWord.request), 0)
  await sync.close()
  wal.close()
})

test('wal: the bytes of format 2 are the golden ones, and those of format 1 are read', (t) => {
  const golden = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8').trim()
  const mark = 0x04030201
  const frame = new Uint8Array(15)
  frameRecord(Buffer.from('one'), 3, mark, frame)
  const bytes = Buffer.concat([segmentHeader(2, mark, { segment: 1, end: 35 }), frame])
  assert.equal(bytes.toString('hex'), golden('wal-2.hex'))
  const folder = tempFolder(t)
  writeFileSync(join(folder, '00000001.wal'), Buffer.from(golden('wal-1.hex'), 'hex'))
  writeFileSync(join(folder, '00000002.wal'), bytes)
  const { wal, records } = openLog(folder)
  assert.deepEqual(records, ['one', 'one'])
  assert.deepEqual(wal.report.repairs, [])
  wal.close()
})

test('wal: a segment that is missing, or ends before it did, is told of at each start until the log has grown past it', (t) => {
  const folder = tempFolder(t)
  write(folder, ['one', 'two'])
  for (const text of ['three', 'four', 'five']) write(folder, [text])
  const path = (segment: number) => join(folder, `0000000${segment}.wal`)
  truncateSync(path(1), 43)
  rmSync(path(3))
  const gone = { action: 'left', problem: 'the file is missing' }
  for (let start = 0; start < 2; start++) {
    const { wal, records } = openLog(folder)
    assert.deepEqual(records, ['one', 'three', 'five'])
    assert.deepEqual(wal.report.repairs, [
      { file: '00000001.wal', offset: 43, bytes: 15, action: 'left', problem: 'they are missing' },
      { file: '00000003.wal', offset: 0, bytes: 44, ...gone },
    ])
    wal.close()
  }
  const { wal } = openLog(folder)
  wal.dropBefore(4)
  wal.close()
  assert.deepEqual(openLog(folder).wal.report.repairs, [])
})

test('wal: a start tells how far it is, and holds a window of a long log at a time', (t) => {
  const folder = tempFolder(t)
  const { wal } = openLog(folder)
  const record = Buffer.alloc(700_000, 'x')
  const large = Buffer.alloc(3_000_000, 'y')
  for (let i = 0; i < 12; i++) assert.ok(wal.append(record, record.length))
  wal.rotate()
  assert.ok(wal.append(large, large.length) && wal.append(record, record.length))
  wal.close()
  const buffers = new Set<ArrayBufferLike>()
  const shares: number[] = []
  let bytes = 0
  const again = Wal.open(folder, {
    onRecord: (window, from, to) => {
      buffers.add(window.buffer)
      bytes += to - from
    },
    onProgress: (done, total) => shares.push(done / total),
  })
  again.close()
  assert.equal(bytes, 13 * record.length + large.length)
  assert.ok([...buffers].every(({ byteLength }) => byteLength <= large.length + 100))
  assert.ok(buffers.size <= 3, `${buffers.size} windows`)
  assert.ok(shares.every((share, i) => share <= 1 && share >= (shares[i - 1] ?? 0)))
  assert.equal(shares.at(-1), 1)
})

test('wal: the next record after damage is found wherever it lies in the windows', (t) => {
  const folder = tempFolder(t)
  // The second record's mark lies across the border of the first window that is searched.
  for (let shift = -6; shift <= 6; shift++) {
    rmSync(folder, { recursive: true })
    const first = Buffer.alloc(1024 * 1024 - 11 + shift, 'x')
    const { wal } = openLog(folder)
    assert.ok(wal.append(first, first.length) && wal.append(Buffer.from('next'), 4))
    wal.close()
    const path = join(folder, '00000001.wal')
    const bytes = readFileSync(path)
    bytes[100] ^= 1
    writeFileSync(path, bytes)
    const { wal: again, records } = openLog(folder)
    assert.deepEqual(records, ['next'])
    again.close()
  }
})
