import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { Keeper, MESSAGE_LENGTH } from './keeper.ts'
import { reuse } from './reuse.ts'

test('keeper: a kept text does not keep the text alive that it was cut from', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const keep = new Keeper()
  const keepers: readonly ((event: string) => unknown)[] = [
    (event) => keep.text(event.slice(0, 40)),
    (event) => keep.text(event.slice(1, 99)),
    (event) => keep.name(event.slice(0, 40)),
    (event) => keep.message(event),
    (event) => keep.texts({ [event.slice(0, 20)]: event.slice(0, 60) }),
    (event) => keep.names([event.slice(0, 30)]),
  ]
  for (const keeper of keepers) {
    const kept: unknown[] = []
    const before = used()
    for (let i = 0; i < 20; i++) kept.push(keeper(`${i}`.padStart(2, '0') + 'x'.repeat(1_000_000) + Math.random()))
    const grown = used() - before
    assert.ok(grown < 4_000_000, `${grown} bytes are still there of ${kept.length} MB: ${keeper.toString()}`)
  }
})

test('keeper: equal names, labels and lists are one object', () => {
  const keep = new Keeper()
  const labels = () => keep.texts({ app: 'web', tier: ['not', 'a', 'text'] })
  assert.deepEqual(labels(), { app: 'web' })
  assert.equal(labels(), labels())
  assert.equal(keep.names(['a', 'b']), keep.names(['a', 'b']))
  assert.notEqual(keep.names(['a', 'b']), keep.names(['ab']))
  assert.deepEqual([keep.names('x'), keep.text(3), keep.name(undefined)], [[], '', ''])
})

test('keeper: what is shared stays bounded, and stays right', () => {
  const keep = new Keeper()
  for (let i = 0; i < 50_000; i++) assert.equal(keep.name(`a-name-of-some-length-${i}`), `a-name-of-some-length-${i}`)
  assert.equal(keep.name('__proto__'), '__proto__')
  assert.deepEqual(keep.texts(JSON.parse('{"__proto__":"x"}')), JSON.parse('{"__proto__":"x"}'))
})

test('keeper: a message that is too long is cut, and shows it', () => {
  const message = new Keeper().message('m'.repeat(5000))
  assert.equal(message.length, MESSAGE_LENGTH)
  assert.ok(message.endsWith('m…'))
})

const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => JSON.stringify(value) !== undefined)

test('reuse: gives what came after, and the very object before when they are equal', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const [old, fresh, copy] = [before, after, before].map((value) => JSON.parse(JSON.stringify(value)) as unknown)
      assert.deepEqual(reuse(old, fresh), JSON.parse(JSON.stringify(after)))
      assert.equal(reuse(old, copy), old)
    }),
  )
})

test('reuse: parts that did not change stay the same objects', () => {
  const before = { labels: { a: 'b' }, containers: [{ name: 'x' }, { name: 'y' }], gone: 1 }
  const after = reuse(before as object, {
    labels: { a: 'b' },
    containers: [{ name: 'x' }, { name: 'z' }],
    fresh: 1,
  }) as typeof before
  assert.equal(after.labels, before.labels)
  assert.equal(after.containers[0], before.containers[0])
  assert.notEqual(after, before)
  const [a, b]: object[] = [{ a: undefined }, { b: undefined }]
  assert.equal(reuse(a, b), b)
})
