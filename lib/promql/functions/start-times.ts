/** Whether the counter began anew between two samples, by their start timestamps (0: unknown). */
export function isStartReset(prevStart: number, prevMs: number, start: number, timeMs: number): boolean {
  if (start === 0 || start === prevStart || start >= timeMs) return false
  if (start > prevMs) return true
  // Starting exactly where the sample before ends is a delta, unless that one's own start was unknown or wrong.
  return start === prevMs && prevStart !== 0 && prevStart < prevMs
}

/** The time at which the first sample of a window says that the counter was zero, when inside the window; else 0. */
export function zeroStart(start: number, firstMs: number, windowStartMs: number): number {
  return start !== 0 && start > windowStartMs && start < firstMs ? start : 0
}
