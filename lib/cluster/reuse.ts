/**
 * The object before, when the one after is equal to it; otherwise the one after, with every part that has not changed
 * taken from the one before. Plain JSON only. So a change is seen by identity, at any depth.
 */
export function reuse<T>(before: T | undefined, after: T): T {
  return reusePart(before, after) as T
}

function reusePart(before: unknown, after: unknown): unknown {
  if (Object.is(before, after) || !isPlain(before) || !isPlain(after)) return after
  if (Array.isArray(before) !== Array.isArray(after)) return after
  const names = Object.keys(after)
  let isSame = Object.keys(before).length === names.length
  for (const name of names) {
    const isOld = Object.hasOwn(before, name)
    const kept = isOld ? reusePart(before[name], after[name]) : after[name]
    if (kept !== after[name]) after[name] = kept
    isSame &&= isOld && Object.is(kept, before[name])
  }
  return isSame ? before : after
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
