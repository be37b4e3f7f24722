import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  compareQuantities,
  decodePlainly,
  goDuration,
  parseExactQuantity,
  type Point,
  type Points,
  type Quantity,
  quantityNumber,
  quantityOfCount,
  quantityText,
} from '#lib/resource-metrics'
import { runApi, runSamples } from './resource-metrics-api.ts'
import { runFlags } from './resource-metrics-flags.ts'
import { runStorage, usageAfter } from './resource-metrics-storage.ts'
import type { Report } from './suite.ts'
import { attempt, compare } from './tally.ts'

/** Cases of metrics-server: what a kubelet says, how it is kept, how it is answered. */
export async function run(folder: string, report: Report): Promise<void> {
  const text = (name: string) => readFileSync(join(folder, name), 'utf8')
  for (const one of casesOf(text('decode.json')) as readonly DecodeCase[]) runDecode(one, report)
  runBody(folder, JSON.parse(text('kubelet-resource-body.json')) as never, report)
  runStorage(JSON.parse(text('storage.json')) as never, report)
  for (const one of casesOf(text('usage.json')) as readonly UsageCase[]) runUsage(one, report)
  for (const one of casesOf(text('quantity.json')) as readonly QuantityCase[]) runQuantity(one, report)
  for (const { id, ns, want } of casesOf(text('duration.json')) as readonly DurationCase[])
    compare(report, id, want, goDuration(BigInt(ns)))
  runApi(JSON.parse(text('api.json')) as never, report)
  runSamples(JSON.parse(text('api-samples.json')) as never, report)
  await runFlags(JSON.parse(text('flags.json')) as never, report)
}

function casesOf(text: string): readonly never[] {
  return (JSON.parse(text) as { cases: readonly never[] }).cases
}

interface DurationCase {
  readonly id: string
  readonly ns: string
  readonly want: string
}

interface DecodedPoint {
  readonly timestamp: string
  readonly startTime?: string
  readonly cumulativeCPUUsed: string
  readonly memoryUsage: string
}

interface DecodeCase {
  readonly id: string
  readonly input: string
  readonly defaultTime: string | null
  readonly nodeName: string
  readonly want: {
    readonly nodes: Readonly<Record<string, DecodedPoint>>
    readonly pods: Readonly<Record<string, { readonly containers: Readonly<Record<string, DecodedPoint>> }>>
  } | null
  readonly wantError: boolean
}

function runDecode({ id, input, defaultTime, nodeName, want, wantError }: DecodeCase, report: Report): void {
  const defaultMs = defaultTime === null ? 0 : Date.parse(defaultTime)
  const got = attempt(() => decodePlainly(Buffer.from(input), defaultMs))
  if ('error' in got || wantError) return compare(report, id, wantError, 'error' in got)
  const points = (one: DecodedPoint) => ({
    timestampMs: Date.parse(one.timestamp),
    startMs: one.startTime === undefined ? 0 : Date.parse(one.startTime),
    cpu: Number(one.cumulativeCPUUsed),
    memoryBytes: Number(one.memoryUsage),
  })
  const pods = Object.entries(want?.pods ?? {}).map(([name, { containers }]) => [name, mapped(containers, points)])
  const expected = { nodes: mapped(want?.nodes ?? {}, points), pods: Object.fromEntries(pods) as object }
  compare(report, id, expected, plain(got.value, nodeName))
}

function plain({ node, pods }: Points, nodeName: string): object {
  const containers = [...pods].map(([name, points]) => [name, Object.fromEntries(points)])
  return { nodes: node === undefined ? {} : { [nodeName]: node }, pods: Object.fromEntries(containers) as object }
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => Point): Record<string, Point> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

function runBody(folder: string, about: { file: string; wantNodes: number; wantPods: number }, report: Report): void {
  const { node, pods } = decodePlainly(readFileSync(join(folder, about.file)), 0)
  const got = { nodes: node === undefined ? 0 : 1, pods: pods.size }
  compare(report, about.file, { nodes: about.wantNodes, pods: about.wantPods }, got)
}

interface UsageCase {
  readonly id: string
  readonly fn: 'uint64Quantity' | 'resourceUsage'
  readonly input: string
  readonly scale: number
  readonly format: Quantity['format']
  readonly last: UsagePoint
  readonly prev: UsagePoint
  readonly want: Readonly<Record<string, string | number>>
}

interface UsagePoint {
  readonly startMs: number
  readonly tsMs: number
  readonly cpu: string
  readonly mem: string
}

function runUsage({ id, fn, input, scale, format, last, prev, want }: UsageCase, report: Report): void {
  if (fn === 'uint64Quantity') {
    const { unscaled, exp10 } = quantityOfCount(BigInt(input), scale, format)
    return compare(report, id, want, { value: String(unscaled), scale: exp10 })
  }
  const point = ({ startMs, tsMs, cpu, mem }: UsagePoint) => ({ start: startMs / 1000, ts: tsMs / 1000, cpu, mem })
  compare(report, id, want, usageAfter(point(prev), point(last)))
}

interface QuantityCase {
  readonly id: string
  readonly op: 'parse' | 'string' | 'canonical' | 'cmp' | 'float64'
  readonly input?: string
  readonly a: string
  readonly b: string
  readonly unscaled: string
  readonly exp10: number
  readonly format: Quantity['format']
  readonly want: unknown
  readonly wantError?: boolean
}

function runQuantity(one: QuantityCase, report: Report): void {
  const { id, op, want, wantError = false } = one
  const got = attempt(() => quantityResult(one))
  if ('error' in got || wantError) return compare(report, id, wantError, 'error' in got)
  if (op === 'float64') {
    const actual = Number(got.value)
    const isNear = Math.abs(actual - Number(want)) <= Math.abs(Number(want)) * 1e-9
    return isNear ? report.pass(id) : report.fail(id, want, actual)
  }
  compare(report, id, op === 'parse' ? sameValue(want as ParsedQuantity) : want, got.value)
}

interface ParsedQuantity {
  readonly unscaled: string
  readonly exp10: number
  readonly format: string
}

function quantityResult({ op, input, a, b, unscaled, exp10, format }: QuantityCase): unknown {
  if (op === 'cmp') return compareQuantities(parseExactQuantity(a), parseExactQuantity(b))
  const quantity = input === undefined ? { unscaled: BigInt(unscaled), exp10, format } : parseExactQuantity(input)
  if (op === 'canonical' || op === 'string') return quantityText(quantity)
  if (op === 'float64') return quantityNumber(quantity)
  return sameValue({ ...quantity, unscaled: String(quantity.unscaled) })
}

/** The same number has many forms: zeros at its end and its power of ten say nothing. */
function sameValue({ unscaled, exp10, format }: ParsedQuantity): object {
  const digits = unscaled.replace(/0+$/, '')
  if (digits === '' || digits === '-') return { value: '0', format }
  return { value: `${digits}e${exp10 + unscaled.length - digits.length}`, format }
}
