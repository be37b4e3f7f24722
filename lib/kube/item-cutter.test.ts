import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ItemCutter } from './item-cutter.ts'
import { cutItems } from './reference.ts'

function cut(chunks: readonly Uint8Array[]): { items: unknown[]; envelope: unknown } {
  const cutter = new ItemCutter()
  const items: unknown[] = []
  for (const chunk of chunks) {
    const lent = Uint8Array.from(chunk)
    cutter.push(lent)
    while (cutter.next()) items.push(JSON.parse(Buffer.from(cutter.item).toString('utf8')))
    lent.fill(0) // a chunk is only lent
  }
  assert.ok(cutter.isComplete)
  return { items, envelope: JSON.parse(cutter.envelope()) }
}

function pieces(bytes: Uint8Array, borders: readonly number[]): Uint8Array[] {
  const cuts = [0, ...borders.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return cuts.slice(1).map((to, i) => bytes.subarray(cuts[i], to))
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\\"', '{', '}', '[', ']', '"items":[', '😀', 'é', '\n', ''),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    nasty,
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.dictionary(nasty, tie('any'), { maxKeys: 4 }),
})).any
const item = fc.dictionary(nasty, value, { maxKeys: 5 })
const list = fc
  .record({
    before: fc.dictionary(nasty, value, { maxKeys: 3 }),
    key: fc.constantFrom('items', 'rows', 'other'),
    items: fc.array(item, { maxLength: 6 }),
    after: fc.dictionary(nasty, value, { maxKeys: 3 }),
  })
  .map(({ before, key, items, after }) => {
    for (const one of [before, after]) for (const name of ['items', 'rows', '__proto__']) delete one[name]
    return { ...before, [key]: items, ...after }
  })

test('item cutter: agrees with the reference, whatever stands in strings and wherever chunks end', () => {
  fc.assert(
    fc.property(list, fc.array(fc.nat(), { maxLength: 12 }), fc.constantFrom(undefined, 1), (list, borders, indent) => {
      const text = JSON.stringify(list, undefined, indent)
      assert.deepEqual(cut(pieces(Buffer.from(text), borders)), cutItems(text))
    }),
    { numRuns: 500 },
  )
})

test('item cutter: a border at every byte, and every byte alone', () => {
  const text = JSON.stringify({
    kind: 'PodList',
    metadata: { continue: 'items":[{' },
    items: [{ a: '\\"}]{é😀', b: [[{}], ']'] }, {}, { c: { d: null } }],
    tail: [{ items: [] }],
  })
  const bytes = Buffer.from(text)
  for (let at = 0; at <= bytes.length; at++) assert.deepEqual(cut(pieces(bytes, [at])), cutItems(text))
  assert.deepEqual(cut([...bytes].map((byte) => Uint8Array.of(byte))), cutItems(text))
})

test('item cutter: what comes before the elements can be read when they begin', () => {
  const cutter = new ItemCutter()
  cutter.push(Buffer.from('{"columnDefinitions":[{"name":"Type"}],"rows":[{"cells":["a"]},'))
  assert.ok(cutter.next())
  assert.deepEqual(JSON.parse(cutter.envelope()), { columnDefinitions: [{ name: 'Type' }], rows: [] })
  assert.equal(cutter.isComplete, false)
})

test('item cutter: any bytes end with elements or an error', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', ' ', 'a', '1'), { maxLength: 60 }),
      (bytes) => {
        const cutter = new ItemCutter()
        cutter.push(Buffer.from(`{"items":[${bytes.join('')}`))
        try {
          for (let n = 0; cutter.next(); n++) assert.ok(n < 100)
        } catch (error) {
          assert.match((error as Error).message, /no object/)
        }
      },
    ),
  )
})

test('item cutter: an element without an end is refused at the limit', () => {
  const cutter = new ItemCutter(1000)
  assert.throws(() => {
    for (let i = 0; i < 100; i++) {
      cutter.push(Buffer.from(i === 0 ? '{"items":[{"a":"' : 'x'.repeat(100)))
      cutter.next()
    }
  }, /longer than 1000 bytes/)
})
