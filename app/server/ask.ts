import type { QueryPool } from '#lib/api'
import type { Scope } from '#lib/storage'

/** One sample of an instant query's answer. */
export interface Asked {
  readonly labels: Record<string, string>
  readonly value: number
}

interface VectorAnswer {
  readonly status: string
  readonly error?: string
  readonly data: {
    readonly resultType: string
    readonly result: readonly { metric: Record<string, string>; value: [number, string] }[]
  }
}

/** Asks PromQL from within: the small questions behind verdicts and status lines. */
export function asker(pool: QueryPool, scope: Scope, signal: AbortSignal): (expr: string) => Promise<Asked[]> {
  return async (expr) => {
    const answer = await pool.read({ endpoint: 'query', params: { query: [expr] }, scope, nowMs: Date.now() }, signal)
    const json = JSON.parse(Buffer.from(answer.body).toString('utf8')) as VectorAnswer
    if (json.status !== 'success') throw new Error(`${json.error ?? 'query failed'} (asking ${expr})`)
    if (json.data.resultType !== 'vector') throw new Error(`bug: ${expr} does not give a vector`)
    return json.data.result.map(({ metric, value }) => ({
      labels: metric,
      value: Number(value[1].replace('Inf', 'Infinity')),
    }))
  }
}
