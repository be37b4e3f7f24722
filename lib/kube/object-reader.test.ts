import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyIndex } from './key-index.ts'
import { Lines } from './lines.ts'
import { withoutManagedFields } from './managed-fields.ts'
import { parseBytes } from './object-reader.ts'

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'managedFields',
    '"managedFields":[{"manager":',
    '\\',
    '"',
    '\\"',
    ']',
    '[{',
    '}]',
    ',"managedFields":[{"manager":"x"}]',
  ),
)

/** Any value, in which the key that is cut away stands nowhere as a field. */
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, nasty, fc.integer(), fc.constant(null), tie('list'), tie('map')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  map: fc.dictionary(
    nasty.filter((key) => key !== 'managedFields' && key !== '__proto__'),
    tie('any'),
    { maxKeys: 3 },
  ),
})).any

const managed = fc.array(fc.record({ manager: nasty, operation: fc.constant('Apply'), fieldsV1: value }), {
  minLength: 1,
  maxLength: 3,
})

function shownBy(text: string): unknown {
  return JSON.parse(Buffer.from(withoutManagedFields(Buffer.from(text))).toString('utf8'))
}

test('object reader: managed fields are cut out of the bytes, wherever they stand, and nothing else is', () => {
  fc.assert(
    fc.property(
      value,
      managed,
      value,
      fc.boolean(),
      fc.boolean(),
      (before, managedFields, after, hasBefore, hasAfter) => {
        const metadata = { ...(hasBefore && { before }), managedFields, ...(hasAfter && { after }) }
        const { managedFields: _, ...rest } = metadata
        assert.deepEqual(
          shownBy(JSON.stringify({ metadata, spec: after })),
          JSON.parse(JSON.stringify({ metadata: rest, spec: after })),
        )
      },
    ),
    { numRuns: 500 },
  )
})

test('object reader: what only looks like managed fields is left alone', () => {
  fc.assert(
    fc.property(value, (any) => {
      const text = JSON.stringify({ metadata: { any } })
      assert.equal(Buffer.from(withoutManagedFields(Buffer.from(text))).toString('utf8'), text)
    }),
    { numRuns: 500 },
  )
  for (const text of [
    '{"managedFields":[{"manager":"x"',
    '"managedFields":[{"manager":1}]',
    '{"a\\"managedFields":[{"manager":1}]}',
  ])
    assert.equal(Buffer.from(withoutManagedFields(Buffer.from(text))).toString('utf8'), text)
})

test('object reader: bytes are read as UTF-8', () => {
  assert.deepEqual(parseBytes(Buffer.from('{"a":"é😀"}')), { a: 'é😀' })
})

test('lines: events come whole, wherever chunks end', () => {
  fc.assert(
    fc.property(fc.array(fc.json(), { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 8 }), (values, borders) => {
      const bytes = Buffer.from(values.map((value) => `${value}\n`).join(''))
      const cuts = [0, ...borders.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
      const lines = new Lines()
      const seen: string[] = []
      for (const [i, to] of cuts.slice(1).entries())
        for (const line of lines.push(bytes.subarray(cuts[i], to))) seen.push(Buffer.from(line).toString('utf8'))
      assert.deepEqual(seen, values)
    }),
  )
})

test('lines: an event without an end is refused at the limit', () => {
  const lines = new Lines(10)
  assert.throws(() => {
    for (let i = 0; i < 10; i++) assert.deepEqual([...lines.push(Buffer.from('xxx'))], [])
  }, /longer than 10 bytes/)
})

test('key index: knows what exists, as a map of maps would', () => {
  const step = fc.tuple(fc.constantFrom('set', 'delete'), fc.constantFrom('', 'x', 'y'), fc.constantFrom('a', 'b', 'c'))
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const index = new KeyIndex()
      const model = new Map<string, string>()
      for (const [i, [what, namespace, name]] of steps.entries()) {
        if (what === 'set') index.set(namespace, name, `u${i}`)
        else index.delete(namespace, name)
        if (what === 'set') model.set(`${namespace}/${name}`, `u${i}`)
        else model.delete(`${namespace}/${name}`)
      }
      assert.equal(index.size, model.size)
      assert.deepEqual(new Map([...index].map(({ namespace, name, uid }) => [`${namespace}/${name}`, uid])), model)
      for (const [key, uid] of model) assert.equal(index.uid(...(key.split('/') as [string, string])), uid)
    }),
  )
})
