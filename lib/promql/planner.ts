import type { Aggregate, AtModifier, Binary, Call, DurationExpr, Expr, Span, Subquery, VectorSelector } from './ast.ts'
import {
  endOf,
  type Grid,
  type RangeSeries,
  type ScalarValue,
  type Value,
  type VectorSeries,
  type VectorValue,
} from './columns.ts'
import type { QueryContext } from './context.ts'
import { durationMs } from './duration-value.ts'
import { exprKey } from './expr-key.ts'
import type { Leaf } from './fetch.ts'
import { callCompilers } from './functions/calls.ts'
import type { RangeFunction } from './functions/range-call.ts'
import { rangeFunctions } from './functions/range-functions.ts'
import { operatorOf, scalarOf, stringOf, vectorOf, type Operator } from './operator.ts'
import { type AggregateRequest, isStreamable } from './operators/accumulators.ts'
import { aggregate, AggregatingSink } from './operators/aggregate.ts'
import { choose } from './operators/choose.ts'
import { countValues } from './operators/count-values.ts'
import { HintingLeaf } from './operators/hinting-leaf.ts'
import { mapFloats } from './operators/map-floats.ts'
import { PairOperator } from './operators/pair.ts'
import { newRangeCall, RangeRunner, RangeSelectorLeaf } from './operators/range-function.ts'
import { scalarScalar, vectorScalar } from './operators/scalar-binary.ts'
import { setOperator } from './operators/set-operator.ts'
import { SmoothedSelectorLeaf } from './operators/smoothed-selector.ts'
import { spread } from './operators/spread.ts'
import { VectorBinary } from './operators/vector-binary.ts'
import { VectorSelectorLeaf, type SelectorTells } from './operators/vector-selector.ts'
import type { PlanTrace } from './plan-trace.ts'
import { rangeSeriesFromSteps } from './range-series.ts'
import { failQuery, QueryError } from './query-error.ts'
import { GatheringSink, type SeriesSink } from './series-sink.ts'
import { SharedOperator } from './shared-operator.ts'
import { usesIn } from './expr-uses.ts'
import { isStepInvariant, unwrapped } from './step-invariant.ts'
import { bug } from '#lib/run'

/** What a plan is made for. */
export interface PlanRequest {
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
  readonly defaultSubqueryStepMs: number
  /** The whole query. */
  readonly root: Expr
}

/** A range that is no selector: the series of a subquery as samples. */
interface RangeSource {
  readonly operator: Operator
  readonly grid: Grid
}

/** Turns an expression into operators; equal parts on equal steps become one operator. */
export class Planner {
  readonly context: QueryContext
  readonly request: PlanRequest
  /** What must be fetched before the plan is evaluated. */
  readonly leaves: Leaf[] = []
  /** Follows the plan, where somebody asks for it. */
  readonly trace: PlanTrace | undefined
  readonly #known = new Map<string, Operator>()
  #resolvesHints = false
  #uses: ReadonlyMap<string, ReadonlySet<string>> | undefined

  constructor(context: QueryContext, request: PlanRequest, trace?: PlanTrace) {
    this.context = context
    this.trace = trace
    this.request = request
  }

  /** The operator that answers an expression at the steps of a grid. */
  compile(expr: Expr, grid: Grid): Operator {
    const key = `${this.#resolvesHints ? 'hints ' : ''}${grid.startMs}/${grid.stepMs}/${grid.steps} ${exprKey(expr)}`
    const known = this.#known.get(key)
    if (known) {
      this.trace?.make(expr, grid, true, () => undefined)
      return known
    }
    const operator = this.trace ? this.#compileTraced(this.trace, expr, grid) : this.#compileShared(expr, grid)
    this.#known.set(key, operator)
    return operator
  }

  #compileShared(expr: Expr, grid: Grid): Operator {
    const made = this.#compileNew(expr, grid)
    return made instanceof SharedOperator ? made : new SharedOperator(made, this.context)
  }

  #compileTraced(trace: PlanTrace, expr: Expr, grid: Grid): Operator {
    return trace.make(expr, grid, false, (node) => {
      const made = this.#compileNew(expr, grid)
      return new SharedOperator(made, this.context, (work) => trace.run(node, work))
    })
  }

  /** The same below a function that wants the histograms' resets found out, or (false) below one that does not. */
  compileWithHints(expr: Expr, grid: Grid, resolvesHints: boolean): Operator {
    const before = this.#resolvesHints
    this.#resolvesHints = resolvesHints
    const operator = this.compile(expr, grid)
    this.#resolvesHints = before
    return operator
  }

  #compileNew(expr: Expr, grid: Grid): Operator {
    if (grid.steps > 1 && expr.kind !== 'number' && expr.kind !== 'string' && isStepInvariant(expr)) {
      return this.#compileOnce(expr, grid)
    }
    switch (expr.kind) {
      case 'number':
        return constant(new Float64Array(grid.steps).fill(expr.value))
      case 'string':
        return operatorOf([], () => ({ kind: 'string', value: expr.value }))
      case 'paren':
      case 'step-invariant':
        return this.compile(expr.expr, grid)
      case 'unary':
        return this.#compileUnary(expr.op, this.compile(expr.expr, grid))
      case 'vector-selector':
        return this.selector(expr, grid)
      case 'binary':
        return this.#compileBinary(expr, grid)
      case 'aggregate':
        return this.#compileAggregate(expr, grid)
      case 'call':
        return this.#compileCall(expr, grid)
      default:
        return bug('a range has no value at a step')
    }
  }

  /** What has one value for all steps is computed at the first one. */
  #compileOnce(expr: Expr, grid: Grid): Operator {
    const inner = this.compile(expr, { startMs: grid.startMs, stepMs: 0, steps: 1 })
    return operatorOf([inner], () => spread(inner.evaluate(), grid.steps))
  }

  #compileUnary(op: '+' | '-', operand: Operator): Operator {
    if (op === '+') return operand
    return operatorOf([operand], () => {
      const value = operand.evaluate()
      if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((x) => -x) }
      return mapFloats(vectorOf(operand), (x) => -x, this.context, true)
    })
  }

  /** The steps at which a selector looks: the grid's, or one time for all where `@` fixes it. */
  referenceGrid(at: AtModifier | undefined, grid: Grid): Grid {
    if (at === undefined) return grid
    return { startMs: this.#atMs(at), stepMs: 0, steps: grid.steps }
  }

  #atMs(at: AtModifier): number {
    if (at.kind === 'timestamp') return at.ms
    return at.kind === 'start' ? this.request.startMs : this.request.endMs
  }

  /** The milliseconds of a duration; 0 where there is none. */
  duration(duration: DurationExpr | undefined): number {
    if (duration === undefined) return 0
    return durationMs(duration, {
      stepMs: this.request.stepMs,
      rangeMs: this.request.endMs - this.request.startMs,
    })
  }

  #positive(duration: DurationExpr): number {
    const ms = this.duration(duration)
    if (ms > 0) return ms
    throw new QueryError('bad_data', 'duration must be greater than 0', duration.span)
  }

  /** A leaf for an instant selector. */
  selector(
    selector: VectorSelector,
    grid: Grid,
    tells: SelectorTells = 'sample',
    sink: SeriesSink = new GatheringSink(this.context, grid.steps),
  ): Operator {
    const reference = this.referenceGrid(selector.at, grid)
    const offsetMs = this.duration(selector.offset)
    const leaf = selector.smoothed
      ? new SmoothedSelectorLeaf(this.context, selector, reference, offsetMs)
      : new VectorSelectorLeaf(this.context, selector.matchers, reference, offsetMs, tells, sink)
    return this.#leafOperator(leaf, [])
  }

  #leafOperator(leaf: Leaf & { result(): Value }, params: readonly Operator[]): Operator {
    leaf.round = Math.max(0, ...params.map((param) => param.round))
    const fed = this.#resolvesHints ? new HintingLeaf(leaf) : leaf
    this.leaves.push(this.trace?.leaf(fed) ?? fed)
    for (const param of params) param.retain()
    return new SharedOperator(leafOperator(leaf), this.context)
  }

  /** A function over a range selector or subquery. */
  overRange(
    func: RangeFunction,
    range: Expr,
    params: readonly Operator[],
    grid: Grid,
    sink: SeriesSink = new GatheringSink(this.context, grid.steps),
    paramSpan: Span = range.span,
  ): Operator {
    const source = unwrapped(range)
    if (source.kind === 'matrix-selector') {
      const { selector } = source
      const reference = this.referenceGrid(selector.at, grid)
      const offsetMs = this.duration(selector.offset)
      const extension = selector.anchored ? 'anchored' : selector.smoothed ? 'smoothed' : 'none'
      const rangeMs = this.#positive(source.range)
      const call = this.#rangeCall(source, grid, reference, offsetMs, rangeMs, extension, paramSpan)
      const values = () => params.map((param) => scalarOf(param).values)
      const { matchers } = selector
      const leaf = new RangeSelectorLeaf(this.context, matchers, reference, offsetMs, func, call, values, sink)
      return this.#leafOperator(leaf, params)
    }
    if (source.kind === 'subquery') return this.#overSubquery(func, source, params, grid, paramSpan)
    return bug(`${source.kind} is no range`)
  }

  #overSubquery(
    func: RangeFunction,
    source: Subquery,
    params: readonly Operator[],
    grid: Grid,
    paramSpan: Span,
  ): Operator {
    const reference = this.referenceGrid(source.at, grid)
    const offsetMs = this.duration(source.offset)
    const rangeMs = this.#positive(source.range)
    const inner = this.subqueryGrid(source, reference, offsetMs, rangeMs)
    const operator = this.compile(source.expr, inner)
    return operatorOf([operator, ...params], () => {
      const call = this.#rangeCall(source, grid, reference, offsetMs, rangeMs, 'none', paramSpan)
      call.params = params.map((param) => scalarOf(param).values)
      const sink = new GatheringSink(this.context, grid.steps)
      const runner = new RangeRunner(func, call, sink)
      for (const series of subquerySeries({ operator, grid: inner })) runner.add(series)
      return sink.result()
    })
  }

  #rangeCall(
    source: Expr,
    grid: Grid,
    reference: Grid,
    offsetMs: number,
    rangeMs: number,
    extension: 'none' | 'anchored' | 'smoothed',
    paramSpan: Span,
  ) {
    return newRangeCall({
      grid: reference,
      offsetMs,
      rangeMs,
      lookbackMs: this.context.lookbackMs,
      extension,
      params: [],
      evalStartMs: grid.startMs,
      evalStepMs: grid.stepMs,
      annotations: this.context.annotations,
      // As in Prometheus, where the samples of a subquery stand nowhere.
      span: source.kind === 'subquery' ? { start: 0, end: 0 } : source.span,
      rangeSpan: source.span,
      paramSpan,
    })
  }

  /** The steps inside a subquery: multiples of its step within all of its ranges. */
  subqueryGrid(source: Subquery, reference: Grid, offsetMs: number, rangeMs: number): Grid {
    const stepMs = source.step ? this.#positive(source.step) : this.request.defaultSubqueryStepMs
    const after = reference.startMs - offsetMs - rangeMs
    let startMs = Math.floor(after / stepMs) * stepMs
    if (startMs <= after) startMs += stepMs
    const endMs = endOf(reference) - offsetMs
    return { startMs, stepMs, steps: Math.max(0, Math.floor((endMs - startMs) / stepMs) + 1) }
  }

  #compileBinary(expr: Binary, grid: Grid): Operator {
    const left = this.compile(expr.left, grid)
    const right = this.compile(expr.right, grid)
    return operatorOf([left, right], () => this.#binary(expr, left.evaluate(), right.evaluate(), grid))
  }

  #binary(expr: Binary, left: Value, right: Value, grid: Grid): Value {
    const { op, matching } = expr
    if (left.kind === 'scalar' && right.kind === 'scalar') return scalarScalar(op, left, right)
    const scalarIsLeft = left.kind === 'scalar'
    const pair = new PairOperator(op, expr.returnBool, scalarIsLeft, this.context.annotations, expr.span)
    if (left.kind === 'scalar') return vectorScalar(pair, right as VectorValue, left, true, this.context)
    if (right.kind === 'scalar') return vectorScalar(pair, left as VectorValue, right, false, this.context)
    if (left.kind === 'string' || right.kind === 'string' || !matching) return bug('operands of this kind do not meet')
    if (op === 'and' || op === 'or' || op === 'unless') {
      return setOperator(op, matching, left, right, grid.steps, this.context)
    }
    return new VectorBinary(pair, matching, grid.steps, this.context).run(left, right)
  }

  #compileAggregate(expr: Aggregate, grid: Grid): Operator {
    return this.#compileStreamed(expr, grid) ?? this.#compileGathered(expr, grid)
  }

  /** An aggregation straight over a selector, or over a function of one, that nothing else in the query needs. */
  #compileStreamed(expr: Aggregate, grid: Grid): Operator | undefined {
    const inner = unwrapped(expr.expr)
    const func = inner.kind === 'call' && !callCompilers.has(inner.func) ? rangeFunctions.get(inner.func) : undefined
    const isLeaf = inner.kind === 'vector-selector' ? !inner.smoothed : func !== undefined && hasSelector(inner as Call)
    const isFixed = grid.steps > 1 && isStepInvariant(inner)
    if (!isStreamable(expr.op) || !isLeaf || isFixed || this.#resolvesHints || this.#isShared(inner)) return undefined
    const request = requestOf(expr)
    const make = (onSeries?: (series: VectorSeries) => void) => {
      const sink = new AggregatingSink(request, this.context, grid.steps, onSeries)
      if (inner.kind === 'vector-selector') return this.selector(inner, grid, 'sample', sink)
      return this.#compileRange(inner as Call, func!, grid, sink)
    }
    if (this.trace === undefined) return make()
    return this.trace.make(inner, grid, false, (node) => make((series) => node.count(series)))
  }

  /** Whether an expression stands in the query more than once, other than in parts that are equal. */
  #isShared(inner: Expr): boolean {
    this.#uses ??= usesIn(this.request.root)
    return (this.#uses.get(exprKey(inner))?.size ?? 0) > 1
  }

  #compileGathered(expr: Aggregate, grid: Grid): Operator {
    const input = this.compile(expr.expr, grid)
    const param = expr.param && this.compile(expr.param, grid)
    return operatorOf(param ? [input, param] : [input], () => this.#aggregate(expr, vectorOf(input), param))
  }

  #aggregate(expr: Aggregate, input: VectorValue, param: Operator | undefined): Value {
    const { op } = expr
    const request = requestOf(expr)
    if (op === 'count_values') return countValues(input, stringOf(param!), request, this.context)
    const scalar = param && scalarOf(param).values
    if (op === 'topk' || op === 'bottomk' || op === 'limitk' || op === 'limit_ratio') {
      return choose(input, { ...request, param: scalar }, this.context)
    }
    return aggregate(input, { ...request, param: scalar }, this.context)
  }

  #compileCall(call: Call, grid: Grid): Operator {
    refuseModifier(call)
    const compiler = callCompilers.get(call.func)
    if (compiler) return compiler(call, grid, this)
    const func = rangeFunctions.get(call.func)
    if (!func) throw new QueryError('execution', `function ${call.func} is not supported`, call.span)
    return this.#compileRange(call, func, grid)
  }

  #compileRange(call: Call, func: RangeFunction, grid: Grid, sink?: SeriesSink): Operator {
    refuseModifier(call)
    const range = call.args.find((arg) => isRange(arg)) ?? bug(`${call.func} has no range`)
    const others = call.args.filter((arg) => arg !== range)
    const params = others.map((arg) => this.compile(arg, grid))
    return this.overRange(func, range, params, grid, sink, others[0]?.span)
  }
}

/** Remarks on an aggregation stand where its operand or its parameter does. */
function requestOf({ op, grouping, without, expr, param, span }: Aggregate): AggregateRequest {
  return { op, grouping, without, span: expr.span, wholeSpan: span, paramSpan: param?.span ?? span, param: undefined }
}

/** The samples of a leaf are counted as they come in. */
function leafOperator(leaf: Leaf & { result(): Value }): Operator {
  return { round: leaf.round + 1, evaluate: () => leaf.result(), retain() {}, release() {} }
}

/** Functions that know what to do with samples beyond the window. */
const knowsAnchored = ['changes', 'delta', 'increase', 'rate', 'resets']
const knowsSmoothed = ['delta', 'increase', 'rate']

function refuseModifier({ func, args }: Call): void {
  for (const arg of args) {
    const range = unwrapped(arg)
    if (range.kind !== 'matrix-selector') continue
    const { anchored, smoothed } = range.selector
    const [name, known] = anchored ? ['anchored', knowsAnchored] : ['smoothed', knowsSmoothed]
    if ((anchored || smoothed) && !known.includes(func))
      failQuery(`${name} modifier can only be used with: ${known.join(', ')} - not with ${func}`)
  }
}

function hasSelector(call: Call): boolean {
  return call.args.some((arg) => unwrapped(arg).kind === 'matrix-selector')
}

function isRange(expr: Expr): boolean {
  const { kind } = unwrapped(expr)
  return kind === 'matrix-selector' || kind === 'subquery'
}

function subquerySeries({ operator, grid }: RangeSource): RangeSeries[] {
  const value = operator.evaluate()
  if (value.kind === 'vector') return value.series.map((series) => rangeSeriesFromSteps(series, grid))
  return bug('a subquery is over a vector')
}

function constant(values: Float64Array): Operator {
  const value: ScalarValue = { kind: 'scalar', values }
  return { round: 0, evaluate: () => value, retain() {}, release() {} }
}
