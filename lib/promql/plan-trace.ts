import type { Labels } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import type { Expr } from './ast.ts'
import { countSamples, type Grid, type Value, type VectorSeries } from './columns.ts'
import type { Leaf } from './fetch.ts'
import { LeafAround } from './leaf-around.ts'
import { printAggregation, printExpr, printOperator } from './printer.ts'

/** What a leaf of a plan asks a Querier for, and what it was given. */
export interface PlanRead {
  readonly matchers: string
  readonly fromMs: number
  readonly toMs: number
  readonly series: number
  readonly samples: number
}

/** An operator of a plan that has run: what it does, over which steps, what came out and how long that took. */
export interface PlanNode {
  /** `sum by (job)`, `rate`, `selector`. */
  readonly operator: string
  readonly expr: string
  readonly steps: number
  /** It was computed for another place of the plan, where it stands with what it is made of. */
  readonly isShared: boolean
  readonly series: number
  /** Samples of the value at all steps; of a native histogram as many as its buckets are counted for. */
  readonly samples: number
  /** Milliseconds in this operator alone. */
  readonly ms: number
  readonly read?: PlanRead
  readonly inputs: readonly PlanNode[]
}

/** A node while its plan is made and run. */
export class TracedNode {
  readonly expr: Expr
  readonly steps: number
  readonly isShared: boolean
  readonly inputs: TracedNode[] = []
  leaf: MeteredLeaf | undefined
  series = 0
  samples = 0
  ms = 0

  constructor(expr: Expr, steps: number, isShared: boolean) {
    this.expr = expr
    this.steps = steps
    this.isShared = isShared
  }

  /** One more series of its value. */
  count(series: VectorSeries): void {
    this.series++
    this.samples += countSamples(series)
  }

  toJSON(): PlanNode {
    const { leaf, steps, isShared, series, samples } = this
    return {
      operator: operatorName(this.expr),
      expr: printExpr(this.expr),
      steps,
      isShared,
      series,
      samples,
      ms: this.ms + (leaf?.ms ?? 0),
      ...(leaf === undefined ? {} : { read: leaf.read() }),
      inputs: this.inputs.map((input) => input.toJSON()),
    }
  }
}

/** Follows a plan while it is made and while it runs; there only where somebody asks for it. */
export class PlanTrace {
  readonly #making: TracedNode[] = []
  /** Milliseconds that the inputs of what runs have taken, from the outermost on. */
  readonly #running: number[] = []
  root: TracedNode | undefined

  /** Makes a part of the plan below the one that is being made. */
  make<T>(expr: Expr, grid: Grid, isShared: boolean, work: (node: TracedNode) => T): T {
    const node = new TracedNode(expr, grid.steps, isShared)
    this.root ??= node
    this.#making.at(-1)?.inputs.push(node)
    this.#making.push(node)
    try {
      return work(node)
    } finally {
      this.#making.pop()
    }
  }

  /** Whatever reads below the part that is being made. */
  leaf(leaf: Leaf): Leaf {
    const metered = new MeteredLeaf(leaf)
    const node = this.#making.at(-1)
    if (node !== undefined) node.leaf = metered
    return metered
  }

  /** Runs an operator and takes what its inputs took from its time. */
  run(node: TracedNode, work: () => Value): Value {
    const started = performance.now()
    this.#running.push(0)
    const value = work()
    const whole = performance.now() - started
    node.ms += whole - (this.#running.pop() ?? 0)
    const outer = this.#running.length - 1
    if (outer >= 0) this.#running[outer] += whole
    if (value.kind === 'vector') {
      for (const series of value.series) node.count(series)
    } else node.samples = value.kind === 'scalar' ? value.values.length : 1
    return value
  }
}

/** A leaf that counts and times what it is fed. */
export class MeteredLeaf extends LeafAround {
  #series = 0
  #samples = 0
  ms = 0

  accept(batch: SeriesBatch, i: number, labels: Labels): void {
    this.#series++
    this.#samples += batch.offsets[i + 1] - batch.offsets[i]
    const started = performance.now()
    this.inner.accept(batch, i, labels)
    this.ms += performance.now() - started
  }

  read(): PlanRead {
    const { matchers, fromMs, toMs } = this
    const text = matchers.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`).join(',')
    return { matchers: `{${text}}`, fromMs, toMs, series: this.#series, samples: this.#samples }
  }
}

function operatorName(expr: Expr): string {
  if (expr.kind === 'call') return expr.func
  if (expr.kind === 'aggregate') return printAggregation(expr).trim()
  if (expr.kind === 'binary') return printOperator(expr)
  if (expr.kind === 'unary') return expr.op
  if (expr.kind === 'vector-selector') return 'selector'
  return expr.kind
}
