import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { RE2JS } from 're2js'
import { expandTemplate } from './expand.ts'
import { compileMatcherRegex, RegexError } from './matcher-regex.ts'
import { compileRegex } from './regex.ts'

const part = fc.constantFrom('a', 'b', 'ab', '.*', '.+', '|', '(', ')', '\\.', '-', '.', '\\d', '(?i)', '$', '^', '😀')
const pattern = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''))
const value = fc.array(fc.constantFrom('a', 'b', 'ab', '.', '-', '1', '\n', 'A', '😀'), { maxLength: 5 })

test('regex: fast paths agree with RE2 on every pattern', () => {
  fc.assert(
    fc.property(pattern, fc.array(value, { minLength: 1, maxLength: 8 }), (source, values) => {
      let reference: RE2JS
      try {
        reference = RE2JS.compile(`^(?s:${source})$`)
      } catch {
        assert.throws(() => compileMatcherRegex(source), RegexError)
        return
      }
      const regex = compileMatcherRegex(source)
      for (const text of [...values.map((chars) => chars.join('')), ...(regex.setMatches ?? [])]) {
        assert.equal(regex.matches(text), reference.matches(text), `${source} on ${JSON.stringify(text)}`)
        if (regex.setMatches) assert.equal(regex.setMatches.includes(text), regex.matches(text))
      }
    }),
    { numRuns: 3000 },
  )
})

test('regex: a set of literals names the only values that can match', () => {
  assert.deepEqual(compileMatcherRegex('a|b|a').setMatches, ['a', 'b'])
  assert.deepEqual(compileMatcherRegex('node-(a|b)\\.x').setMatches, ['node-a.x', 'node-b.x'])
  assert.equal(compileMatcherRegex('a.*').setMatches, undefined)
})

test('regex: a template takes the longest name, and a group without a part is empty', () => {
  const match = compileRegex('(a)(?P<name>b)?').match('a')!
  assert.equal(expandTemplate('$1-$name-${1}x-$1x-$$', match), 'a--ax--$')
})
