import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { exprKey } from './expr-key.ts'
import { ParseError } from './parse-error.ts'
import { parseExpr, parseSelector } from './parser.ts'
import { prettifyExpr } from './prettifier.ts'
import { printExpr } from './printer.ts'

// prettier-ignore
const words = [
  'foo', 'sum', 'by', 'without', 'rate', 'offset', 'on', 'group_left', 'bool', 'step', 'start', 'topk', 'min_of',
  '(', ')', '{', '}', '[', ']', ',', ':', '@', '+', '-', '*', '/', '^', '==', '=~', '=', 'and', 'or', 'unless',
  '1', '5m', '0x1f', 'Inf', 'NaN', '.5', '"a"', "'b'", '`c`', ' ', '#x\n', 'é', 'a', 'anchored', 'fill', '\\',
]
const valid = [
  'sum by (a, "b.c") (rate({"x.y", a=~"b|c"}[5m] offset -1h @ end())) / on (a) group_left (z) foo > bool -1.5',
  'topk(3, foo) and on () bar{a!~"x"} or -min_over_time(foo[1h:5m] @ 12.5 offset step())',
  'foo[max_of(5m, range() ^ 2)] anchored',
  'a + fill_left (-2) b ^ 2 ^ -c',
]

function check(text: string): void {
  let expr
  try {
    expr = parseExpr(text)
  } catch (error) {
    assert.ok(error instanceof ParseError, `${JSON.stringify(text)}: ${(error as Error).stack}`)
    return
  }
  const printed = printExpr(expr)
  assert.equal(unsigned(printExpr(parseExpr(printed))), unsigned(printed), text)
  assert.equal(exprKey(parseExpr(prettifyExpr(expr, 10))), exprKey(parseExpr(printed)), text)
}

/** Infinity is printed with a plus, which reads as a sign before a power: `+Inf ^ a`. The sign changes nothing. */
function unsigned(text: string): string {
  return text.replace(/\++Inf/g, 'Inf')
}

test('parser: any text gives an expression that prints and parses again, or a ParseError', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), check), { numRuns: 1000 })
  const mixed = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(fc.property(mixed, check), { numRuns: 5000 })
})

test('parser: a label that is a word of a grouping is printed in quotes', () => {
  const text = 'sum by ("without", "Inf", by) (a) / on ("WITHOUT") b'
  assert.equal(printExpr(parseExpr(text)), text)
})

test('parser: long queries print as they mean', () => {
  for (const text of valid) assert.equal(exprKey(parseExpr(printExpr(parseExpr(text)))), exprKey(parseExpr(text)))
})

test('parser: a damaged query gives an expression or a ParseError', () => {
  const damage = fc.tuple(fc.constantFrom(...valid), fc.nat(120), fc.nat(4), fc.constantFrom('', ...words))
  fc.assert(
    fc.property(damage, ([text, at, cut, put]) => check(text.slice(0, at) + put + text.slice(at + cut))),
    { numRuns: 5000 },
  )
})

test('parser: hostile depth is refused with a clear error', () => {
  const deep = 100_000
  for (const text of [
    '('.repeat(deep),
    '-'.repeat(deep) + '1',
    `${'a+'.repeat(deep)}a`,
    `a${'[1m:]'.repeat(deep)}`,
    `a[${'('.repeat(deep)}`,
    'abs('.repeat(deep),
    `${'2^'.repeat(deep)}1`,
  ]) {
    assert.throws(() => parseExpr(text), ParseError)
  }
})

test('parser: a message names line and column in bytes', () => {
  assert.throws(() => parseExpr('sum(\n  "é" +'), { message: '2:9: parse error: unclosed left parenthesis' })
})

test('parser: a selector that every series matches is refused unless allowed', () => {
  assert.throws(() => parseSelector('{a=~".*"}'), /at least one non-empty matcher/)
  assert.equal(parseSelector('{a=~".*"}', true).length, 1)
  assert.deepEqual(
    parseSelector('up{a="b"}').map(({ name, value }) => [name, value]),
    [
      ['a', 'b'],
      ['__name__', 'up'],
    ],
  )
})
