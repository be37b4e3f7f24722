export { compileMatcherRegex, RegexError } from './matcher-regex.ts'
export type { MatcherRegex } from './matcher-regex.ts'
