import { Labels, newMatcher } from '#lib/model'
import { everything } from '#lib/storage'
import type { Aggregate, Call, Expr } from './ast.ts'
import { Engine } from './engine.ts'
import { MemoryStorage } from './memory-storage.ts'

/**
 * `sum by (namespace)(rate(x[5m]))` and relatives over 2000 counters scraped every 15 s, 354 steps. Prometheus 2.42
 * takes 260 ms for the sum and 720 ms for the topk on the machine of the design's table; a bare loop over columns 29 ms.
 */
const SERIES = 2000
const SAMPLES = 374
const INTERVAL_MS = 15_000
const STEPS = 354

const storage = new MemoryStorage()
for (let s = 0; s < SERIES; s++) {
  const labels = Labels.from({ __name__: 'x', namespace: `ns-${s % 40}`, pod: `pod-${s % 400}`, instance: `i-${s}` })
  let value = s
  for (let i = 0; i < SAMPLES; i++) {
    value = (s + i) % 300 === 299 ? 0 : value + ((s * 7 + i * 13) % 50)
    storage.add(labels, i * INTERVAL_MS + (s % 100), value)
  }
}

const span = { start: 0, end: 0 }
const rate: Call = {
  kind: 'call',
  span,
  func: 'rate',
  args: [
    {
      kind: 'matrix-selector',
      span,
      range: { kind: 'duration-literal', span, seconds: 300, isNumber: false },
      selector: {
        kind: 'vector-selector',
        span,
        name: 'x',
        matchers: [newMatcher('__name__', '=', 'x')],
        offset: undefined,
        at: undefined,
        anchored: false,
        smoothed: false,
      },
    },
  ],
}
const sumBy = (label: string): Aggregate => ({
  kind: 'aggregate',
  span,
  op: 'sum',
  param: undefined,
  expr: rate,
  grouping: [label],
  without: false,
})
const top: Aggregate = {
  ...sumBy('pod'),
  op: 'topk',
  param: { kind: 'number', span, value: 5, isDuration: false },
  expr: sumBy('pod'),
  grouping: [],
}

await measure('rate(x[5m])', rate)
await measure('sum by (namespace)(rate(x[5m]))', sumBy('namespace'))
await measure('topk(5, sum by (pod)(rate(x[5m])))', top)

async function measure(name: string, expr: Expr): Promise<void> {
  const engine = new Engine()
  const endMs = SAMPLES * INTERVAL_MS
  const times: number[] = []
  for (let run = 0; run < 15; run++) {
    const begin = performance.now()
    using querier = storage.querier()
    await engine.query(querier, {
      expr,
      startMs: endMs - (STEPS - 1) * INTERVAL_MS,
      endMs,
      stepMs: INTERVAL_MS,
      scope: everything,
    })
    times.push(performance.now() - begin)
  }
  times.sort((a, b) => a - b)
  console.log(
    `${name}: median ${times[7].toFixed(1)} ms, best ${times[0].toFixed(1)} ms, worst ${times[14].toFixed(1)} ms`,
  )
}
