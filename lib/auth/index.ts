export { ReviewUnavailableError, Reviewer } from './reviewer.ts'
export type { ReviewerOptions } from './reviewer.ts'
export type { AccessQuestion, KubeUser, ResourceQuestion } from './user.ts'
