import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { everything, onlyNamespaces, type Scope } from '#lib/storage'
import { type ListAnswer, type RowSource, VersionedList } from './versioned-list.ts'

interface Row {
  readonly key: string
  readonly value: number
}

const source = (key: string, value: number, untilMs = Number.POSITIVE_INFINITY): RowSource<Row> => ({
  key,
  namespace: key.split('/')[0],
  inputs: [value],
  make: () => ({ row: { key, value: value % 3 }, untilMs }),
})

/** A reader that keeps rows as a page does. */
class Reader {
  readonly #rows = new Map<string, Row>()
  readonly scope: Scope
  version = -1

  constructor(scope: Scope) {
    this.scope = scope
  }

  read(list: VersionedList<Row>): void {
    const answer = this.version < 0 ? list.whole(this.scope) : list.since(this.scope, this.version)
    if (answer) this.#apply(answer)
  }

  #apply(answer: ListAnswer<Row>): void {
    this.version = answer.version
    if ('rows' in answer) this.#rows.clear()
    for (const key of 'removed' in answer ? answer.removed : []) this.#rows.delete(key)
    for (const row of 'rows' in answer ? answer.rows : answer.changed) this.#rows.set(row.key, row)
  }

  get rows(): unknown {
    return [...this.#rows.values()].sort(byKey)
  }
}

const byKey = (a: Row, b: Row) => (a.key < b.key ? -1 : 1)
const keys = ['a/x', 'a/y', 'b/x', 'b/z', 'c/q']
const step = fc.record({
  rows: fc.dictionary(fc.constantFrom(...keys), fc.nat(8)),
  readers: fc.subarray([0, 1, 2]),
  passedMs: fc.nat(3),
})

test('versioned list: whoever replays the changes has what whoever reads the whole list has', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const list = new VersionedList<Row>()
      const readers = [everything, onlyNamespaces(['a']), onlyNamespaces(['b', 'd'])].map((scope) => new Reader(scope))
      let nowMs = 1000
      for (const { rows, readers: reading, passedMs } of steps) {
        nowMs += passedMs
        list.update(
          Object.entries(rows).map(([key, value]) => source(key, value)),
          nowMs,
        )
        for (const reader of reading.map((i) => readers[i])) {
          list.begin(nowMs)
          reader.read(list)
          assert.deepEqual(reader.rows, [...list.whole(reader.scope).rows].sort(byKey))
        }
      }
    }),
  )
})

test('versioned list: only rows that differ are told, and nothing when none do', () => {
  const list = new VersionedList<Row>()
  list.update([source('a/x', 1), source('a/y', 2)], 1)
  const { version } = list.whole(everything)
  list.update([source('a/x', 4), source('a/y', 2)], 2)
  assert.equal(list.since(everything, version), undefined)
  list.update([source('a/x', 5)], 3)
  assert.deepEqual(list.since(everything, version), {
    version: 3,
    changed: [{ key: 'a/x', value: 2 }],
    removed: ['a/y'],
  })
})

test('versioned list: a row is made again only when something that it is made from has changed, or its time is over', () => {
  const list = new VersionedList<Row>()
  let made = 0
  const counted = (value: number): RowSource<Row> => ({
    ...source('a/x', value),
    make: () => {
      made++
      return { row: { key: 'a/x', value }, untilMs: 10 }
    },
  })
  for (const [value, nowMs, expected] of [
    [1, 1, 1],
    [1, 2, 1],
    [2, 3, 2],
    [2, 10, 3],
  ] as const) {
    list.update([counted(value)], nowMs)
    assert.equal(made, expected)
  }
})

test('versioned list: who has missed more than is remembered is sent all', () => {
  const list = new VersionedList<Row>()
  const many = (value: number) => Array.from({ length: 15_000 }, (_, i) => source(`a/${i}`, value))
  list.update(many(0), 1)
  list.update([...many(0), source('b/x', 0)], 2)
  list.update(many(1), 3)
  list.update(many(2), 4)
  const answer = list.since(everything, 1)
  assert.ok(answer && 'rows' in answer)
  list.begin(5)
  const newer = list.since(everything, 4)
  assert.equal(newer, undefined)
})

test('versioned list: a reader of other namespaces learns nothing of a change, not even from the version', () => {
  const list = new VersionedList<Row>()
  list.update([source('a/x', 0), source('b/x', 0)], 10)
  const scope = onlyNamespaces(['b'])
  const { version } = list.whole(scope)
  list.update([source('a/x', 1), source('a/z', 1), source('b/x', 0)], 20)
  assert.equal(list.since(scope, version), undefined)
  list.begin(30)
  assert.equal(list.whole(scope).version, 30)
})
