import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatLabelSelector,
  matchesLabels,
  parseLabelSelector,
  parseFieldSelector,
  SelectorError,
} from './selector.ts'

const cases: readonly [selector: string, labels: Record<string, string>, matches: boolean][] = [
  ['', {}, true],
  ['a=1', { a: '1' }, true],
  ['a==1', { a: '1' }, true],
  ['a=1', { a: '2' }, false],
  ['a=', { a: '' }, true],
  ['a!=1', {}, true],
  ['a!=1', { a: '1' }, false],
  ['a in (1, 2),b', { a: '2', b: '' }, true],
  ['a in (1,2)', {}, false],
  ['a notin (1,2)', { a: '3' }, true],
  ['!a', {}, true],
  ['!a', { a: '' }, false],
  ['a', { a: '' }, true],
  ['a>3', { a: '4' }, true],
  ['a>3', { a: 'x' }, false],
  ['a<3', { a: '2' }, true],
  ['x.io/y=z,!q', { 'x.io/y': 'z' }, true],
  ['in in (in)', { in: 'in' }, true],
  ['constructor', {}, false],
]

for (const [selector, labels, matches] of cases) {
  test(`selector: ${selector || 'nothing'} ${matches ? 'selects' : 'leaves'} ${JSON.stringify(labels)}`, () => {
    assert.equal(matchesLabels(parseLabelSelector(selector), labels), matches)
  })
}

for (const wrong of [
  'a in',
  'a in (',
  'a in (b',
  'a=b=c',
  '=a',
  'a b',
  'a>x',
  '!!a',
  '/a=b',
  'A/b/c',
  'a=b c',
  ',',
  'a,',
]) {
  test(`selector: refuses ${wrong}`, () => {
    assert.throws(() => parseLabelSelector(wrong), SelectorError)
  })
}

test('selector: any text is read or refused, and what was read is written back the same', () => {
  const word = fc.constantFrom('a', 'b-c', 'x.io/y', 'in', 'notin', '1')
  const sign = fc.constantFrom('=', '!=', '==', ' in ', ' notin ', '(', ')', ',', '!', '>', '<', ' ')
  fc.assert(
    fc.property(fc.array(fc.oneof(word, sign, fc.string({ maxLength: 3 })), { maxLength: 12 }), (parts) => {
      let read
      try {
        read = parseLabelSelector(parts.join(''))
      } catch (error) {
        assert.ok(error instanceof SelectorError)
        return
      }
      assert.deepEqual(parseLabelSelector(formatLabelSelector(read)), read)
    }),
  )
})

test('selector: field selectors are read with their escapes', () => {
  assert.deepEqual(parseFieldSelector('status.phase!=Running,spec.nodeName=a\\,b'), [
    { path: 'status.phase', negative: true, value: 'Running' },
    { path: 'spec.nodeName', negative: false, value: 'a,b' },
  ])
})
