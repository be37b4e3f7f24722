import type { Contestant } from './promql-contestants.ts'
import type { BenchQuery } from './promql-queries.ts'

export function ask({ url }: Contestant, { expr, rangeMs, stepMs }: BenchQuery, endMs: number): Promise<Response> {
  const at: Record<string, string> =
    stepMs === 0
      ? { time: String(endMs / 1000) }
      : { start: String((endMs - rangeMs) / 1000), end: String(endMs / 1000), step: String(stepMs / 1000) }
  const params = new URLSearchParams({ query: expr, nocache: '1', ...at })
  return fetch(`${url}/api/v1/${stepMs === 0 ? 'query' : 'query_range'}?${params.toString()}`)
}

/** The values of an answer by the labels of their series. */
export type Answer = Map<string, readonly (readonly [number, string])[]>

interface Result {
  readonly metric: Readonly<Record<string, string>>
  readonly value?: readonly [number, string]
  readonly values?: readonly (readonly [number, string])[]
}

export async function parsed(answer: Response): Promise<Answer> {
  const json = (await answer.json()) as {
    status: string
    error?: string
    data: { resultType: string; result: unknown }
  }
  if (json.status !== 'success') throw new Error(json.error)
  if (json.data.resultType === 'scalar') return new Map([['', [json.data.result as [number, string]]]])
  return new Map(
    (json.data.result as Result[]).map(({ metric, value, values }) => [
      JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))),
      values ?? (value === undefined ? [] : [value]),
    ]),
  )
}

/** Ours and Prometheus' answers are the same to six digits; VictoriaMetrics computes rates its own way. */
export function agree(query: BenchQuery, answers: ReadonlyMap<string, Answer>): number {
  const own = answers.get('binnacle') ?? new Map()
  const theirs = answers.get('prometheus')
  let points = 0
  for (const values of own.values()) points += values.length
  if (theirs === undefined) return points
  if (own.size !== theirs.size) throw new Error(`${query.expr}: ${own.size} series, Prometheus ${theirs.size}`)
  for (const [labels, values] of theirs) {
    const mine = own.get(labels)
    if (mine?.length !== values.length)
      throw new Error(`${query.expr}: ${labels}: ${mine?.length} of ${values.length} values`)
    for (const [i, [time, text]] of values.entries()) {
      const [a, b] = [Number(mine[i][1]), Number(text)]
      if (mine[i][0] !== time || !(Object.is(a, b) || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b))))
        throw new Error(`${query.expr}: ${labels} at ${time}: ${a}, Prometheus ${b}`)
    }
  }
  return points
}
