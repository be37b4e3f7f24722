import type { Call } from '../ast.ts'
import type { Grid } from '../columns.ts'
import type { Operator } from '../operator.ts'
import type { Planner } from '../planner.ts'

/** Makes the operator of a call at the steps of a grid. */
export type CallCompiler = (call: Call, grid: Grid, planner: Planner) => Operator
