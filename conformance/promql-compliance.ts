import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { ReadApi } from '#lib/api'
import { OpenMetricsParser } from '#lib/exposition'
import { Engine, MemoryStorage } from '#lib/promql'
import { everything } from '#lib/storage'
import type { Report } from './suite.ts'

interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

interface Case {
  readonly id: string
  readonly query: string
  readonly status: number
  readonly result?: readonly Series[]
  readonly error_type?: string
  readonly error?: string
  /** How the answer of Prometheus 3 differs from what the case has. */
  readonly differs_in_3x?: string
}

interface Answer {
  readonly status: 'success' | 'error'
  readonly data?: { readonly result: readonly Series[] }
  readonly errorType?: string
  readonly error?: string
}

/** How far values may be apart, as a share. */
const TOLERANCE = 1e-5

/** Range queries over real data, against what Prometheus answered. */
export async function run(folder: string, report: Report): Promise<void> {
  const read = (name: string) => readFileSync(join(folder, name))
  const range = JSON.parse(read('range.json').toString()) as Record<'start' | 'end' | 'step', number>
  const storage = load(gunzipSync(read('data.om.gz')))
  const api = new ReadApi(new Engine(), { querier: () => storage.querier(), metadata: () => new Map() })
  for (const one of JSON.parse(read('expanded.json').toString()) as Case[]) {
    const times = Object.entries(range).map(([name, value]) => [name, [String(value)]] as const)
    const params = { query: [one.query], ...Object.fromEntries(times) }
    const request = { endpoint: 'query_range', params, scope: everything, nowMs: Date.now() } as const
    const { status, body } = await api.answer(request, { reason: () => undefined })
    const problem = problemOf(one, status, JSON.parse(Buffer.from(body).toString()) as Answer)
    if (problem === undefined) report.pass(one.id)
    else report.fail(one.id, `${one.query}: ${one.error ?? one.differs_in_3x ?? 'as Prometheus answers'}`, problem)
  }
}

function load(text: Uint8Array): MemoryStorage {
  const storage = new MemoryStorage()
  const parser = new OpenMetricsParser(text)
  while (parser.next()) {
    if (parser.kind === 'series') storage.add(parser.labels(), parser.timestampMs, parser.value)
  }
  if (parser.err !== '') throw new Error(parser.err)
  return storage
}

/** What is wrong with an answer; nothing where it is as expected. */
function problemOf(one: Case, status: number, answer: Answer): string | undefined {
  // All that differ fail in Prometheus 2 and are answered by 3.
  if (one.differs_in_3x !== undefined) return status === 200 ? undefined : `${status}: ${answer.error}`
  if (one.status !== 200) {
    const isSame = status === one.status && answer.errorType === one.error_type
    return isSame && answer.error?.includes(one.error ?? '') === true
      ? undefined
      : `${status} ${answer.errorType}: ${answer.error}`
  }
  if (status !== 200) return `${status} ${answer.errorType}: ${answer.error}`
  const expected = new Map((one.result ?? []).map((series) => [keyOf(series), series.values]))
  const found = new Map((answer.data?.result ?? []).map((series) => [keyOf(series), series.values]))
  for (const key of found.keys()) if (!expected.has(key)) return `there is ${key}`
  for (const [key, values] of expected) {
    const mine = found.get(key)
    if (mine === undefined) return `there is no ${key}`
    if (mine.length !== values.length) return `${key} has ${mine.length} values, not ${values.length}`
    for (const [i, [time, text]] of values.entries()) {
      if (mine[i][0] !== time) return `${key} has a value at ${mine[i][0]}, not at ${time}`
      if (!isClose(Number(mine[i][1].replace('Inf', 'Infinity')), Number(text.replace('Inf', 'Infinity'))))
        return `${key} is ${mine[i][1]} at ${time}, not ${text}`
    }
  }
  return undefined
}

function keyOf({ metric }: Series): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function isClose(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= TOLERANCE * Math.abs(b)
}
