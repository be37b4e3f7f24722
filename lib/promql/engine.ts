import type { Cancellation, Querier, Scope } from '#lib/storage'
import { Annotations } from './annotations.ts'
import type { Expr } from './ast.ts'
import type { Grid } from './columns.ts'
import { QueryContext } from './context.ts'
import { fetchLeaves } from './fetch.ts'
import { parseExpr } from './parser.ts'
import type { ParseOptions } from './parser-cursor.ts'
import { Planner, type PlanRequest } from './planner.ts'
import { QueryError } from './query-error.ts'
import { planRaw } from './raw-result.ts'
import { type PlanNode, PlanTrace } from './plan-trace.ts'
import type { QueryResult, QueryStats } from './result.ts'
import { resultOf, type ResultParts } from './result-of.ts'
import { unwrapped } from './step-invariant.ts'

/** What all queries of an engine have in common. */
export interface EngineOptions {
  /** How far a selector looks back for a sample. */
  readonly lookbackMs?: number
  /** The most samples that a query may hold at a time. */
  readonly maxSamples?: number
  /** The most bytes that its values may take at a time, about; absent: no limit. */
  readonly maxBytes?: number
  readonly timeoutMs?: number
  /** The step of subqueries that name none. */
  readonly defaultSubqueryStepMs?: number
  /** What may be written; absent: everything. */
  readonly syntax?: ParseOptions
}

/** A question: an expression at one time (endMs, where stepMs is 0) or at steps from startMs to endMs. */
export interface QueryRequest {
  readonly expr: string | Expr
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
  readonly scope: Scope
  readonly lookbackMs?: number
  /** A shorter time limit than the engine's. */
  readonly timeoutMs?: number
  readonly cancellation?: Cancellation
  /** The most series in the answer; 0 or absent: all. */
  readonly limit?: number
}

/** How a query was answered. */
export interface Explanation {
  /** Absent for a query that needs no operator, such as a string. */
  readonly plan: PlanNode | undefined
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
  readonly stats: QueryStats
}

/** Answers PromQL queries from a Querier: plans, fetches in batches, then runs operator by operator over all steps. */
export class Engine {
  readonly #options: Required<EngineOptions>

  constructor(options: EngineOptions = {}) {
    this.#options = {
      lookbackMs: options.lookbackMs ?? 300_000,
      maxSamples: options.maxSamples ?? 50_000_000,
      maxBytes: options.maxBytes ?? Infinity,
      timeoutMs: options.timeoutMs ?? 120_000,
      defaultSubqueryStepMs: options.defaultSubqueryStepMs ?? 60_000,
      syntax: options.syntax ?? {},
    }
  }

  /** Parses a query with what this engine allows; throws a ParseError. */
  parse(text: string): Expr {
    return parseExpr(text, this.#options.syntax)
  }

  async query(querier: Querier, request: QueryRequest): Promise<QueryResult> {
    return this.#run(querier, request)
  }

  /** Runs a query and tells its plan: what each operator read, made and took. The answer itself is left out. */
  async explain(querier: Querier, request: QueryRequest): Promise<Explanation> {
    const trace = new PlanTrace()
    const { warnings, infos, stats } = await this.#run(querier, request, trace)
    return { plan: trace.root?.toJSON(), warnings, infos, stats }
  }

  async #run(querier: Querier, request: QueryRequest, trace?: PlanTrace): Promise<QueryResult> {
    const begin = performance.now()
    const expr = typeof request.expr === 'string' ? this.parse(request.expr) : request.expr
    const isRange = request.stepMs > 0
    const context = this.#context(querier, request, isRange)
    const plan: PlanRequest = {
      startMs: isRange ? request.startMs : request.endMs,
      endMs: request.endMs,
      stepMs: request.stepMs,
      defaultSubqueryStepMs: this.#options.defaultSubqueryStepMs,
      root: expr,
    }
    const planner = new Planner(context, plan, trace)
    const evaluate = compileRoot(planner, expr, gridOf(plan), isRange)
    const planned = performance.now()
    await fetchLeaves(context, planner.leaves)
    const fetched = performance.now()
    const parts = evaluate()
    return {
      ...limited(parts, request.limit ?? 0),
      warnings: context.annotations.warnings,
      infos: context.annotations.infos,
      stats: {
        seriesRead: context.seriesRead,
        samplesRead: context.samplesRead,
        peakSamples: context.samples.peak,
        peakBytes: context.bytes.peak,
        prepareMs: planned - begin,
        selectMs: fetched - planned,
        evalMs: performance.now() - fetched,
      },
    }
  }

  #context(querier: Querier, request: QueryRequest, isRange: boolean): QueryContext {
    return new QueryContext({
      querier,
      scope: request.scope,
      annotations: new Annotations(typeof request.expr === 'string' ? request.expr : ''),
      isRange,
      lookbackMs: request.lookbackMs ?? this.#options.lookbackMs,
      cancellation: request.cancellation,
      maxSamples: this.#options.maxSamples,
      maxBytes: this.#options.maxBytes,
      timeoutMs: Math.min(request.timeoutMs ?? Infinity, this.#options.timeoutMs),
    })
  }
}

function gridOf(plan: PlanRequest): Grid {
  const steps = plan.stepMs > 0 ? Math.floor((plan.endMs - plan.startMs) / plan.stepMs) + 1 : 1
  return { startMs: plan.startMs, stepMs: plan.stepMs, steps: Math.max(0, steps) }
}

/** The whole query as a function that gives its answer once the leaves are fed. */
function compileRoot(planner: Planner, expr: Expr, grid: Grid, isRange: boolean): () => ResultParts {
  const root = unwrapped(expr)
  if (root.kind === 'matrix-selector' || root.kind === 'subquery' || root.kind === 'string') {
    if (!isRange) return root.kind === 'string' ? () => stringResult(root.value, grid) : planRaw(planner, root, grid)
    const type = root.kind === 'string' ? 'string' : 'range vector'
    throw new QueryError(
      'bad_data',
      `invalid expression type ${JSON.stringify(type)} for range query, must be Scalar or instant Vector`,
      root.span,
    )
  }
  const operator = planner.compile(expr, grid)
  return () => resultOf(operator.evaluate(), grid, isRange)
}

function stringResult(value: string, grid: Grid): ResultParts {
  return { type: 'string', series: [], string: { timeMs: grid.startMs, value } }
}

function limited(parts: ResultParts, limit: number): ResultParts {
  if (limit <= 0 || parts.series.length <= limit) return parts
  return { ...parts, series: parts.series.slice(0, limit) }
}
