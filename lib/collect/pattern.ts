import { compileMatcherRegex } from '#lib/regex'

/** How many answers a pattern remembers: names of devices and mounts hardly change. */
const REMEMBERED = 10_000

/** Whether a text contains a match of a user's pattern (RE2, not anchored). */
export function compilePattern(pattern: string): (text: string) => boolean {
  const regex = compileMatcherRegex(`.*(?:${pattern}).*`)
  const known = new Map<string, boolean>()
  return (text) => {
    let answer = known.get(text)
    if (answer !== undefined) return answer
    answer = regex.matches(text)
    if (known.size >= REMEMBERED) known.clear()
    known.set(text, answer)
    return answer
  }
}

/** Whether a device is wanted by an include and an exclude pattern; an empty pattern does not filter. */
export function deviceFilter(exclude: string, include: string): (device: string) => boolean {
  const isExcluded = exclude === '' ? () => false : compilePattern(exclude)
  const isIncluded = include === '' ? () => true : compilePattern(include)
  return (device) => isIncluded(device) && !isExcluded(device)
}
