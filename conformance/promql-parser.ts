import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesToText } from '#lib/model'
import {
  parseExpr,
  parseSeriesDescription,
  ParseError,
  prettifyExpr,
  printExpr,
  type SeriesDescription,
} from '#lib/promql'
import type { Report } from './suite.ts'
import { attempt, compare } from './tally.ts'

interface Case {
  readonly id: string
  readonly input: string | { readonly base64: string }
  readonly output: string
  readonly root: string
  readonly max_characters_per_line: number
  readonly fail: boolean
  readonly labels: Record<string, string>
  readonly values: readonly string[]
}

/** Runs the parser's cases: what must parse, what must not, both printers and series descriptions. */
export async function runParserCases(folder: string, report: Report): Promise<void> {
  const cases = (file: string) => JSON.parse(readFileSync(join(folder, 'parser', file), 'utf8')) as Case[]
  for (const one of cases('accept.json')) {
    const result = attempt(() => parseExpr(textOf(one)))
    compare(report, one.id, one.root, 'error' in result ? result.error.message : rootNames[result.value.kind])
  }
  for (const one of cases('reject.json')) {
    const result = attempt(() => parseExpr(textOf(one)))
    const isRefused = 'error' in result && result.error instanceof ParseError
    compare(report, one.id, 'a ParseError', isRefused ? 'a ParseError' : 'parsed, or failed otherwise')
  }
  for (const one of cases('print.json')) {
    compare(
      report,
      one.id,
      one.output,
      textFrom(() => printExpr(parseExpr(textOf(one)))),
    )
  }
  for (const one of cases('prettify.json')) {
    const width = one.max_characters_per_line
    compare(
      report,
      one.id,
      one.output,
      textFrom(() => prettifyExpr(parseExpr(textOf(one)), width)),
    )
  }
  for (const one of cases('series-description.json')) {
    const expected = one.fail ? 'refused' : { labels: one.labels, values: one.values }
    const result = attempt(() => parseSeriesDescription(textOf(one)))
    compare(report, one.id, expected, 'error' in result ? 'refused' : described(result.value))
  }
}

function textOf({ input }: Case): string {
  return typeof input === 'string' ? input : bytesToText(Buffer.from(input.base64, 'base64'))
}

function textFrom(act: () => string): string {
  const result = attempt(act)
  return 'error' in result ? result.error.message : result.value
}

/** What Prometheus calls the nodes of its tree. */
const rootNames: Record<string, string> = {
  number: 'NumberLiteral',
  string: 'StringLiteral',
  'vector-selector': 'VectorSelector',
  'matrix-selector': 'MatrixSelector',
  subquery: 'SubqueryExpr',
  call: 'Call',
  aggregate: 'AggregateExpr',
  binary: 'BinaryExpr',
  unary: 'UnaryExpr',
  paren: 'ParenExpr',
}

function described({ labels, values }: SeriesDescription): { labels: Record<string, string>; values: string[] } {
  return {
    labels: labels.toJSON(),
    values: values.map((value) =>
      value.kind === 'none' ? '_' : value.kind === 'float' ? String(value.value) : value.kind,
    ),
  }
}
