import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  bytesToText,
  escapeName,
  formatDuration,
  formatFloat,
  formatFloatE,
  formatFloatF,
  formatFloatG,
  formatFloatG4,
  formatLabels,
  hashMod,
  hashOf,
  isLegacyLabelName,
  isLegacyMetricName,
  isValidName,
  Labels,
  parseDuration,
  parseFloat64,
  parseSignedDuration,
  quote,
  unescapeName,
  unquote,
} from '#lib/model'
import { compileMatcherRegex, compileRegex, expandTemplate } from '#lib/regex'
import type { Report } from './suite.ts'
import { attempt, compare } from './tally.ts'

type Bytes = string | { readonly base64: string }

/** A case as its file has it. */
interface Case {
  readonly id: string
  readonly [field: string]: unknown
}

/** Numbers, names, durations, quoting and patterns as Go and Prometheus have them. */
export async function run(folder: string, report: Report): Promise<void> {
  for (const [file, actual] of Object.entries(checks)) {
    for (const one of read(folder, file) as Case[]) {
      const { expected, got } = actual(one)
      compare(report, `${file} ${one.id}`, expected, got)
    }
  }
  runRegex(folder, report)
}

function read(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
}

/** A text of a case; bytes that are not UTF-8 become lone surrogates. */
export function textOf(value: unknown): string {
  const bytes = value as Bytes
  return typeof bytes === 'string' ? bytes : bytesToText(Buffer.from(bytes.base64, 'base64'))
}

interface Compared {
  readonly expected: unknown
  readonly got: unknown
}

const checks: Record<string, (one: Case) => Compared> = {
  'duration.json': ({ in: text, ms, string, allow_negative: signed }) => ({
    expected: { ms, string },
    got: readDuration(text as string, signed as boolean),
  }),
  'duration-bad.json': ({ in: text }) => ({
    expected: 'refused',
    got: 'error' in attempt(() => parseDuration(text as string)) ? 'refused' : 'read',
  }),
  'float-format.json': ({ id, bits, ...expected }) => ({
    expected: { ...expected, id },
    got: { ...formats(float(bits as string)), id },
  }),
  'float-parse.json': ({ input, ok, bits, error }) => ({
    expected: ok ? normalBits(bits as string) : error,
    got: parsedBits(input as string),
  }),
  'quote.json': ({ input, quoted }) => ({ expected: quoted, got: quote(textOf(input)) }),
  'unquote.json': ({ input, ok, output }) => ({
    expected: ok ? textOf(output) : undefined,
    got: unquote(textOf(input)),
  }),
  'hashmod.json': ({ input, mod3, mod10, mod256, uint64 }) => ({
    expected: [mod3, mod10, mod256, uint64],
    got: [...[3, 10, 256].map((n) => hashMod(input as string, n)), String(hashOf(input as string))],
  }),
  'label-name-valid.json': ({ name, legacy, utf8 }) => ({
    expected: [legacy, utf8],
    got: [isLegacyLabelName(textOf(name)), isValidName(textOf(name))],
  }),
  'metric-name-valid.json': ({ name, legacy, utf8 }) => ({
    expected: [legacy, utf8],
    got: [isLegacyMetricName(textOf(name)), isValidName(textOf(name))],
  }),
  'metric-string.json': ({ labels, string }) => ({
    expected: string,
    got: formatLabels(Labels.from(labels as Record<string, string>)),
  }),
  'name-escape.json': (one) => ({ expected: escapesExpected(one), got: escapes(textOf(one.input)) }),
  'name-unescape.json': ({ input, output }) => ({ expected: output, got: unescapeName(input as string, 'values') }),
  'regex-expand.json': ({ regex, input, template, match, output }) => ({
    expected: match ? output : undefined,
    got: expanded(regex as string, input as string, template as string),
  }),
}

function readDuration(text: string, signed: boolean): { ms: number; string: string } {
  const ms = signed ? parseSignedDuration(text) : parseDuration(text)
  return { ms, string: formatDuration(ms) }
}

function formats(value: number): Record<string, string> {
  return {
    api: formatFloat(value),
    e: formatFloatE(value),
    f: formatFloatF(value),
    g: formatFloatG(value),
    g4: formatFloatG4(value),
    percent_g: formatFloatG(value),
    v: formatFloatG(value),
  }
}

function float(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE()
}

/** One bit pattern for all NaN: JavaScript has only one. */
function normalBits(bits: string): string {
  return Number.isNaN(float(bits)) ? 'NaN' : bits
}

function parsedBits(text: string): string {
  const result = attempt(() => parseFloat64(text))
  if ('error' in result) return result.error.message
  const buffer = Buffer.alloc(8)
  buffer.writeDoubleBE(result.value)
  return normalBits(buffer.toString('hex'))
}

const schemes = ['underscores', 'dots', 'values'] as const

function escapesExpected({ underscores, dots, values, unescaped_dots: unescapedDots, input }: Case): unknown {
  return [underscores, dots, values, unescapedDots, textOf(input)]
}

function escapes(name: string): string[] {
  const escaped = schemes.map((scheme) => escapeName(name, scheme))
  return [...escaped, unescapeName(escaped[1], 'dots'), unescapeName(escaped[2], 'values')]
}

function expanded(pattern: string, input: string, template: string): string | undefined {
  const match = compileRegex(pattern).match(input)
  return match && expandTemplate(template, match)
}

function runRegex(folder: string, report: Report): void {
  const { values, cases } = read(folder, 'regex.json') as { values: Bytes[]; cases: Case[] }
  const texts = values.map((value) => textOf(value))
  for (const { id, regex, valid, matches, groups } of cases) {
    const result = attempt(() => compileMatcherRegex(regex as string))
    const got =
      'error' in result
        ? { valid: false }
        : {
            valid: true,
            matches: texts.flatMap((text, i) => (result.value.matches(text) ? [i] : [])),
            groups: compileRegex(regex as string).groupCount,
          }
    compare(report, `regex.json ${id}`, valid ? { valid, matches, groups } : { valid }, got)
  }
}
