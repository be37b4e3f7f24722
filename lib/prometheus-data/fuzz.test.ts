import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { CodecError } from '#lib/codec'
import { openPrometheusData } from './data-folder.ts'
import { decodeChunk } from './decode-chunk.ts'
import { PrometheusDataError } from './data-error.ts'
import { readLog } from './log.ts'
import { readRecord, type RecordSink } from './log-records.ts'
import { Problems } from './problems.ts'
import { decodeReference } from './reference.ts'
import { SampleColumns } from './sample-columns.ts'

let temp = ''
before(() => {
  temp = mkdtempSync(join(tmpdir(), 'prometheus-data-'))
  for (const name of ['snappy', 'starts', 'zstd']) {
    execFileSync('tar', ['-xzf', join(import.meta.dirname, `testdata/data-${name}.tar.gz`), '-C', temp])
  }
})
after(() => {
  rmSync(temp, { recursive: true })
})

const golden = JSON.parse(
  gunzipSync(readFileSync(join(import.meta.dirname, 'testdata/chunks.json.gz'))).toString(),
) as { encoding: number; data: string }[]

/** A few bytes changed, perhaps an end cut off. */
const damage = fc.record({
  changes: fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 255, 128, 1))), {
    minLength: 1,
    maxLength: 8,
  }),
  cut: fc.option(fc.nat(), { freq: 3 }),
})

function damaged(bytes: Uint8Array, { changes, cut }: { changes: [number, number][]; cut: number | null }): Uint8Array {
  const copy = Uint8Array.from(bytes)
  for (const [at, value] of changes) copy[at % copy.length] = value
  return cut === null ? copy : copy.subarray(0, cut % copy.length)
}

function endsWell(act: () => void): boolean {
  try {
    act()
    return true
  } catch (error) {
    assert.ok(error instanceof CodecError, String((error as Error).stack))
    return false
  }
}

test('chunks: damaged bytes give samples or a CodecError, the same by the reference', () => {
  fc.assert(
    fc.property(fc.constantFrom(...golden), damage, fc.boolean(), ({ encoding, data }, harm, isShifted) => {
      const bytes = damaged(Buffer.from(data, 'base64'), harm)
      const out = new SampleColumns()
      const kind = isShifted ? (encoding % 6) + 1 : encoding
      const isRead = endsWell(() => {
        decodeChunk(kind, bytes, 0, bytes.length, out)
      })
      const clear = new SampleColumns()
      const isReadByReference = endsWell(() => {
        decodeReference(kind, bytes, clear)
      })
      if (!isRead) assert.equal(out.count, 0)
      if (isRead) assert.ok(isReadByReference)
      if (isRead) assert.deepEqual(out.times.slice(0, out.count), clear.times.slice(0, clear.count))
      if (isRead) assert.deepEqual(out.words.slice(0, 2 * out.count), clear.words.slice(0, 2 * clear.count))
    }),
    { numRuns: 3000 },
  )
})

const nowhere: RecordSink = {
  series: () => 0,
  sample: () => 0,
  deleted: () => 0,
  exemplar: () => 0,
  minValidTime: () => 0,
}

test('records: any bytes after any kind are read or give a CodecError', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.uint8Array({ maxLength: 200 }), (kind, rest) => {
      endsWell(() => {
        readRecord(Uint8Array.from([kind, ...rest]), nowhere)
      })
    }),
    { numRuns: 5000 },
  )
})

test('records: damaged records of every kind are read or give a CodecError', () => {
  const logs = ['snappy', 'starts'].flatMap((name) => globSync(join(temp, name, '{wal,wal/checkpoint*,wbl}/0*')))
  const records = Array.from(readLog(logs, new Problems()), ({ bytes }) => Uint8Array.from(bytes))
  const byKind = Map.groupBy(records, (bytes) => bytes[0])
  assert.ok(byKind.size >= 12, `${byKind.size} kinds`)
  const ofAnyKind = fc.constantFrom(...byKind.values()).chain((ofKind) => fc.constantFrom(...ofKind))
  fc.assert(
    fc.property(ofAnyKind, damage, (bytes, harm) => {
      endsWell(() => {
        readRecord(damaged(bytes, harm), nowhere)
      })
    }),
    { numRuns: 3000 },
  )
})

const files = [
  '*/index',
  '*/meta.json',
  '*/tombstones',
  '*/chunks/*',
  'chunks_head/*',
  'wal/0*',
  'wal/checkpoint*/*',
  'wbl/*',
]

for (const pattern of files) {
  test(`data: a damaged ${pattern} is told in problems, and the rest is read`, async () => {
    const names = ['snappy', 'starts', 'zstd'].flatMap((name) =>
      globSync(join(name, pattern), { cwd: temp }).map((path) => ({ name, path })),
    )
    assert.ok(names.length > 0)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), damage, async ({ name, path }, harm) => {
        const original = readFileSync(join(temp, path))
        writeFileSync(join(temp, path), damaged(original, harm))
        try {
          using data = await openPrometheusData(join(temp, name))
          let samples = 0
          for (const source of data.sources) {
            for await (const series of source.series()) samples += series.samples.count
          }
          assert.ok(samples > 500, `${samples} samples`)
          for (const { file } of data.problems.list) assert.ok(existsSync(file), file)
        } finally {
          writeFileSync(join(temp, path), original)
        }
      }),
      { numRuns: 25 },
    )
  })
}

test('data: a folder without anything of Prometheus has no source', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-data-'))
  using data = await openPrometheusData(folder)
  assert.deepEqual([data.sources.length, data.problems.count], [0, 0])
  rmSync(folder, { recursive: true })
})

test('data: a block that lacks a file is set aside as a whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-data-'))
  cpSync(join(temp, 'snappy'), folder, { recursive: true })
  const [index] = globSync(join(folder, '*/index'))
  rmSync(index)
  using data = await openPrometheusData(folder)
  assert.equal(data.problems.count, 1)
  assert.match(data.problems.list[0].problem, /no such file/)
  rmSync(folder, { recursive: true })
})

test('errors: a PrometheusDataError names file and offset', () => {
  const error = new PrometheusDataError('chunks/000001', 8, 'the checksum does not match')
  assert.equal(error.message, 'read chunks/000001 at 8: the checksum does not match')
})
