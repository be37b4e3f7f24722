import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import type { Contestant } from './promql-contestants.ts'
import type { BenchQuery } from './promql-queries.ts'

const agent = new Agent({ keepAlive: true })

/** Asks and waits for the last byte, compressed as it comes: to unpack it is the client's time, not the server's. */
export async function receive(contestant: Contestant, query: BenchQuery, endMs: number): Promise<void> {
  const request = get(urlOf(contestant, query, endMs), { agent, headers: { 'accept-encoding': 'gzip' } })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  if (answer.statusCode !== 200) throw new Error(`${contestant.name}: ${answer.statusCode} for ${query.expr}`)
}

export function ask(contestant: Contestant, query: BenchQuery, endMs: number): Promise<Response> {
  return fetch(urlOf(contestant, query, endMs))
}

function urlOf({ url }: Contestant, { expr, rangeMs, stepMs }: BenchQuery, endMs: number): string {
  const at: Record<string, string> =
    stepMs === 0
      ? { time: String(endMs / 1000) }
      : { start: String((endMs - rangeMs) / 1000), end: String(endMs / 1000), step: String(stepMs / 1000) }
  const params = new URLSearchParams({ query: expr, nocache: '1', ...at })
  return `${url}/api/v1/${stepMs === 0 ? 'query' : 'query_range'}?${params.toString()}`
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
  if (json.data.resultType === 'scalar') return new Map([['[]', [json.data.result as [number, string]]]])
  return new Map(
    (json.data.result as Result[]).map(({ metric, value, values }) => [
      JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))),
      values ?? (value === undefined ? [] : [value]),
    ]),
  )
}

/**
 * Ours and Prometheus' answers are the same to six digits; so are VictoriaMetrics', save where there is a range: it computes
 * rates its own way. Gives the number of points.
 */
export function agree(query: BenchQuery, answers: ReadonlyMap<string, Answer>): number {
  const own = answers.get('binnacle') ?? new Map<string, never>()
  for (const [name, theirs] of answers) {
    if (name === 'binnacle' || (name !== 'prometheus' && query.expr.includes('['))) continue
    compare(`${query.expr}: ${name}`, own, theirs)
  }
  let points = 0
  for (const values of own.values()) points += values.length
  return points
}

function compare(what: string, own: Answer, theirs: Answer): void {
  if (own.size !== theirs.size) throw new Error(`${what} has ${theirs.size} series, ours ${own.size}`)
  for (const [labels, values] of theirs) {
    const mine = own.get(labels)
    if (mine?.length !== values.length)
      throw new Error(`${what} has ${values.length} values of ${labels}, ours ${mine?.length}`)
    for (const [i, [time, text]] of values.entries()) {
      const [a, b] = [Number(mine[i][1]), Number(text)]
      if (mine[i][0] !== time || !(Object.is(a, b) || Math.abs(a - b) <= 1e-6 * Math.abs(b)))
        throw new Error(`${what} gives ${b} for ${labels} at ${time}, ours ${a} at ${mine[i][0]}`)
    }
  }
}
