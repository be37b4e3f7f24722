import type { Matcher } from '#lib/model'

/** Byte offsets in the query text, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type ValueType = 'none' | 'scalar' | 'vector' | 'matrix' | 'string'

/** A duration: milliseconds when known at parse time, else an expression (duration expressions: `5m * 2`, `step()`, `max(…)`). */
export type DurationExpr =
  | {
      readonly kind: 'duration-literal'
      readonly span: Span
      readonly seconds: number
      /** as written: `5m` or `300` */ readonly isNumber: boolean
    }
  | {
      readonly kind: 'duration-call'
      readonly span: Span
      readonly func: 'step' | 'range' | 'min' | 'max'
      readonly args: readonly DurationExpr[]
      readonly parens?: boolean
    }
  | {
      readonly kind: 'duration-binary'
      readonly span: Span
      readonly op: '+' | '-' | '*' | '/' | '%' | '^'
      readonly left: DurationExpr
      readonly right: DurationExpr
      readonly parens: boolean
    }
  | {
      readonly kind: 'duration-unary'
      readonly span: Span
      readonly op: '+' | '-'
      readonly operand: DurationExpr
      readonly parens: boolean
    }

/** `@ 12.3`, `@ start()`, `@ end()`. */
export type AtModifier =
  | { readonly kind: 'timestamp'; readonly ms: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | Unary
  | Paren
  | StepInvariant

interface Node {
  readonly span: Span
}

export interface NumberLiteral extends Node {
  readonly kind: 'number'
  readonly value: number
  /** Written as a duration (`5m` where a number stands). */
  readonly isDuration: boolean
}
export interface StringLiteral extends Node {
  readonly kind: 'string'
  readonly value: string
}
export interface VectorSelector extends Node {
  readonly kind: 'vector-selector'
  /** The name as written before the braces; also among the matchers. */
  readonly name: string
  readonly matchers: readonly Matcher[]
  /** Milliseconds, positive looks back; an expression is resolved at evaluation. */
  readonly offset: DurationExpr | undefined
  readonly at: AtModifier | undefined
  readonly anchored: boolean
  readonly smoothed: boolean
}
export interface MatrixSelector extends Node {
  readonly kind: 'matrix-selector'
  readonly selector: VectorSelector
  readonly range: DurationExpr
}
export interface Subquery extends Node {
  readonly kind: 'subquery'
  readonly expr: Expr
  readonly range: DurationExpr
  readonly step: DurationExpr | undefined
  readonly offset: DurationExpr | undefined
  readonly at: AtModifier | undefined
}
export interface Call extends Node {
  readonly kind: 'call'
  /** Name in the table of functions. */
  readonly func: string
  readonly args: readonly Expr[]
}
export type AggregateOp =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio'
export interface Aggregate extends Node {
  readonly kind: 'aggregate'
  readonly op: AggregateOp
  readonly param: Expr | undefined
  readonly expr: Expr
  readonly grouping: readonly string[]
  readonly without: boolean
}
export type BinaryOp =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | 'atan2'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '</'
  | '>/'
  | 'and'
  | 'or'
  | 'unless'
export interface VectorMatching {
  readonly card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many'
  readonly on: boolean
  readonly labels: readonly string[]
  readonly include: readonly string[]
  /** `fill(…)`, `fill_left(…)`, `fill_right(…)`. */
  readonly fillLeft: number | undefined
  readonly fillRight: number | undefined
}
export interface Binary extends Node {
  readonly kind: 'binary'
  readonly op: BinaryOp
  readonly left: Expr
  readonly right: Expr
  /** Of a comparison: 0 or 1 instead of a filter. */
  readonly returnBool: boolean
  /** Present when both sides are vectors. */
  readonly matching: VectorMatching | undefined
}
export interface Unary extends Node {
  readonly kind: 'unary'
  readonly op: '+' | '-'
  readonly expr: Expr
}
export interface Paren extends Node {
  readonly kind: 'paren'
  readonly expr: Expr
}
/** Made by the planner around what has one value for all steps. Never parsed. */
export interface StepInvariant extends Node {
  readonly kind: 'step-invariant'
  readonly expr: Expr
}
