import { Labels } from '#lib/model'
import { Engine, MemoryStorage } from '#lib/promql'
import { everything } from '#lib/storage'

import { evaluateVerdict } from './index.ts'

import type { Finding, VerdictExtra } from './index.ts'

/** A series' value at a time in seconds. */
export type Value = (seconds: number) => number
/** A series: its labels, and its value over time. */
export type Series = readonly [labels: Record<string, string>, value: Value]

export const nowMs = 100_000_000
const stepMs = 15_000

export const is =
  (value: number): Value =>
  () =>
    value
export const rises =
  (perSecond: number): Value =>
  (seconds) =>
    1e6 + perSecond * seconds

/** The findings over series that were scraped for so many minutes up to now. */
export async function findings(
  series: readonly Series[],
  minutes = 10,
  extra: Partial<VerdictExtra> = {},
): Promise<readonly Finding[]> {
  const storage = new MemoryStorage()
  const up: Series = [{ __name__: 'up', job: 'alive', instance: 'box' }, is(1)]
  for (const [labels, value] of [up, ...series]) {
    const key = Labels.from(labels)
    for (let ms = 0; ms <= minutes * 60_000; ms += stepMs)
      storage.add(key, nowMs - minutes * 60_000 + ms, value(ms / 1000))
  }
  const engine = new Engine()
  const ask = async (expr: string) => {
    using querier = storage.querier()
    const request = { expr, startMs: nowMs, endMs: nowMs, stepMs: 0, scope: everything }
    const { series: answer } = await engine.query(querier, request)
    return answer.map((one) => ({ labels: Object.fromEntries(one.labels), value: one.values[0] }))
  }
  return (await evaluateVerdict(ask, { containers: [], nowMs, ...extra })).needs
}
