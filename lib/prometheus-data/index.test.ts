import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import * as fc from 'fast-check'
import { PrometheusDataError } from './data-error.ts'
import { IndexFile } from './index-file.ts'
import { Problems } from './problems.ts'
import { framed, SectionWriter } from './section-writer.ts'

const temp = mkdtempSync(join(tmpdir(), 'prometheus-data-'))
after(() => {
  rmSync(temp, { recursive: true })
})

const SYMBOLS_AT = 5

/** An index of given symbols and bodies of series, each with its right checksum. */
function indexOf(version: number, symbols: Uint8Array, bodies: readonly Uint8Array[]): string {
  const out = new SectionWriter()
  out.word(0xbaaad700)
  out.byte(version)
  out.append(framed(symbols))
  const seriesAt = out.size
  for (const body of bodies) {
    if (version > 1) while (out.size % 16 > 0) out.byte(0)
    out.uvarint(body.length)
    const from = out.size
    out.append(body)
    out.checksum(from)
  }
  const end = out.size
  const contents = out.size
  for (const place of [SYMBOLS_AT, seriesAt, end, end, end, end]) out.uint64(place)
  out.checksum(contents)
  const path = join(temp, 'index')
  writeFileSync(path, out.written())
  return path
}

function symbolTable(texts: readonly string[]): Uint8Array {
  const table = new SectionWriter()
  table.word(texts.length)
  for (const text of texts) table.text(text)
  return table.written()
}

/** A series of one label and two chunks. */
function bodyOf(name: number, value: number): Uint8Array {
  const body = new SectionWriter()
  for (const n of [1, name, value, 2]) body.uvarint(n)
  body.varint(-1000)
  for (const n of [500, 8]) body.uvarint(n)
  for (const n of [10, 90]) body.uvarint(n)
  body.varint(2 ** 32)
  return body.written()
}

function read(path: string): { shown: unknown[]; problems: Problems } {
  using index = new IndexFile(path)
  const problems = new Problems()
  const shown = Array.from(index.series(problems), ({ ref, labels, chunks }) => ({ ref, labels: labels.pairs, chunks }))
  return { shown, problems }
}

const chunks = [
  { fromMs: -1000, toMs: -500, segment: 0, offset: 8 },
  { fromMs: -490, toMs: -400, segment: 1, offset: 8 },
]

test('index: version 2 numbers symbols, and series by their place by 16', () => {
  const { shown, problems } = read(indexOf(2, symbolTable(['a', 'b', 'c']), [bodyOf(0, 1), bodyOf(0, 2)]))
  assert.deepEqual(problems.list, [])
  assert.deepEqual(shown, [
    { ref: 2, labels: ['a', 'b'], chunks },
    { ref: 4, labels: ['a', 'c'], chunks },
  ])
})

test('index: version 1 names symbols and series by their places', () => {
  // Length and count stand before the first symbol, and each takes two bytes.
  const first = SYMBOLS_AT + 8
  const { shown, problems } = read(
    indexOf(1, symbolTable(['a', 'b', 'c']), [bodyOf(first, first + 2), bodyOf(first, first + 4)]),
  )
  assert.deepEqual(problems.list, [])
  const seriesAt = first + 3 * 2 + 4
  assert.deepEqual(shown, [
    { ref: seriesAt, labels: ['a', 'b'], chunks },
    { ref: seriesAt + 1 + bodyOf(first, first).length + 4, labels: ['a', 'c'], chunks },
  ])
})

test('index: labels that are out of order or empty are put right', () => {
  const body = new SectionWriter()
  for (const n of [3, 2, 1, 1, 0, 0, 2, 0]) body.uvarint(n)
  const { shown } = read(indexOf(2, symbolTable(['', 'x', 'y']), [body.written()]))
  assert.deepEqual(shown, [{ ref: 2, labels: ['y', 'x'].slice(0, 0).concat(['', 'y', 'y', 'x']), chunks: [] }])
})

test('index: whatever a series or the symbols hold under a right checksum, it is read or told', () => {
  const mutation = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 })
  const texts = ['', 'a', 'b', 'c', 'longer text', 'ü']
  fc.assert(
    fc.property(
      mutation,
      mutation,
      fc.constantFrom(1, 2),
      fc.uint8Array({ maxLength: 40 }),
      (ofSymbols, ofBody, version, any) => {
        const symbols = Uint8Array.from(symbolTable(texts))
        const body = Uint8Array.from(bodyOf(1, 2))
        for (const [at, value] of ofSymbols) symbols[at % symbols.length] = value
        for (const [at, value] of ofBody) body[at % body.length] = value
        try {
          const { shown, problems } = read(indexOf(version, symbols, [body, any, bodyOf(1, 3)]))
          assert.ok(shown.length <= 3 && problems.count <= 3)
        } catch (error) {
          assert.ok(error instanceof PrometheusDataError, String((error as Error).stack))
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('index: after a damaged series the next is found', () => {
  const path = indexOf(2, symbolTable(['a', 'b', 'c']), [bodyOf(0, 1), Uint8Array.of(9, 9, 9), bodyOf(0, 2)])
  const { shown, problems } = read(path)
  assert.equal(shown.length, 2)
  assert.deepEqual(
    problems.list.map(({ file, offset }) => [file, offset]),
    [[path, 64]],
  )
})
