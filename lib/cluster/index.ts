export type { ClusterProblem, ProblemObject } from './problem.ts'
export type * from './records.ts'
export { stateWords } from './views.ts'
export type * from './views.ts'
