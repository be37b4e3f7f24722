import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { answerOf } from './answer.ts'
import type { ResourceFamilies } from './family.ts'
import { RenderedStore } from './rendered-store.ts'
import { GROUP_ROWS } from './row-group.ts'

interface Thing {
  readonly metadata: { readonly uid: string; readonly name: string; readonly resourceVersion?: string }
  readonly states: readonly string[]
  readonly size: number
}

const stateNames = ['state']

const things: ResourceFamilies<Thing> = {
  resource: 'things',
  group: '',
  version: 'v1',
  kind: 'Thing',
  namespaced: false,
  baseNames: ['thing'],
  base: ({ metadata }) => [metadata.name],
  families: [
    {
      name: 'thing_size',
      help: 'Size.',
      type: 'gauge',
      stability: 'STABLE',
      lines: ({ size }, out) => out.value(size),
    },
    {
      name: 'thing_state',
      help: 'States.',
      type: 'stateset',
      stability: 'ALPHA',
      lines: ({ states }, out) => {
        for (const state of states) out.labelled(stateNames, [state], 1)
      },
    },
  ],
}

function newStore(): RenderedStore<Thing> {
  return new RenderedStore(things, things.families)
}

function thing(i: number, states: readonly string[], size = i): Thing {
  return { metadata: { uid: `u${i}`, name: `t${i}` }, states, size }
}

/** The clear version: all lines of all objects, in no order. */
function modelLines(objects: Iterable<Thing>): string[] {
  const lines: string[] = []
  for (const { metadata, states, size } of objects) {
    lines.push(`thing_size{thing="${metadata.name}"} ${size}`)
    for (const state of states) lines.push(`thing_state{thing="${metadata.name}",state="${escaped(state)}"} 1`)
  }
  return lines.sort()
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .sort()
}

test('kube-state store: an answer is the lines of the objects that are there, whatever came before', () => {
  const state = fc.string({ unit: 'grapheme', maxLength: 12 })
  const step = fc.oneof(
    fc.record({ upsert: fc.nat(40), states: fc.array(state, { maxLength: 4 }), size: fc.nat(1000) }),
    fc.record({ remove: fc.nat(40) }),
    fc.constant({ read: true }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const store = newStore()
      const model = new Map<string, Thing>()
      for (const one of steps) {
        if ('upsert' in one) {
          const object = thing(one.upsert, one.states, one.size)
          model.set(object.metadata.uid, object)
          store.upsert(object)
        } else if ('remove' in one) {
          assert.equal(store.remove({ uid: `u${one.remove}` }), model.delete(`u${one.remove}`))
        } else check(store, model)
      }
      check(store, model)
    }),
    { numRuns: 200 },
  )
})

function check(store: RenderedStore<Thing>, model: ReadonlyMap<string, Thing>): void {
  const answer = answerOf([store], false)
  const text = answer.toString()
  assert.deepEqual(linesOf(text), modelLines(model.values()))
  assert.equal(answer.textLength, Buffer.byteLength(text))
  const gzip = Buffer.concat([...answer.gzip()])
  assert.equal(gzip.length, answer.gzipLength)
  // gunzip checks checksum and length of the whole.
  assert.equal(gunzipSync(gzip).toString(), text)
}

test('kube-state store: more objects than a group holds', () => {
  const store = newStore()
  const model = new Map<string, Thing>()
  for (let i = 0; i < 3 * GROUP_ROWS + 7; i++) {
    const object = thing(i, i % 3 === 0 ? ['a', 'b'] : [])
    model.set(object.metadata.uid, object)
    store.upsert(object)
  }
  check(store, model)
  for (let i = 0; i < 2000; i += 7) {
    store.remove({ uid: `u${i}` })
    model.delete(`u${i}`)
  }
  check(store, model)
})

test('kube-state store: an object whose lines come out the same changes nothing', () => {
  const store = newStore()
  assert.equal(store.upsert(thing(1, ['a'])), true)
  assert.equal(store.upsert(thing(1, ['a'])), false)
  answerOf([store], false)
  assert.equal(store.upsert(thing(1, ['a'])), false)
  assert.equal(store.pendingBytes, 0)
  assert.equal(store.upsert(thing(1, ['b'])), true)
})

test('kube-state store: an object listed again at the same version is not rendered', () => {
  let rendered = 0
  const counting = { ...things, base: (object: Thing) => (rendered++, things.base(object)) }
  const store = new RenderedStore<Thing>(counting, counting.families)
  const object = { ...thing(1, []), metadata: { uid: 'u', name: 't', resourceVersion: '7' } }
  store.upsert(object)
  store.upsert(object)
  assert.equal(rendered, 1)
})

test('kube-state store: heads are there once, in the words of the format, and not without objects', () => {
  const store = newStore() as unknown as RenderedStore
  const other = newStore() as unknown as RenderedStore
  assert.equal(answerOf([store], false).toString(), '')
  assert.equal(answerOf([store], true).toString(), '# EOF\n')
  store.upsert(thing(1, []) as never)
  other.upsert(thing(2, []) as never)
  const text = answerOf([store, other], false).toString()
  assert.equal(
    text,
    `# HELP thing_size [STABLE] Size.
# TYPE thing_size gauge
thing_size{thing="t1"} 1
# HELP thing_state States.
# TYPE thing_state gauge
thing_size{thing="t2"} 2
`,
  )
  assert.match(answerOf([store], true).toString(), /# TYPE thing_state stateset\n# EOF\n$/)
})
