import { Labels } from '#lib/model'
import { START } from './test-store.ts'

/** Milliseconds from one commit to the next. */
export const STEP_MS = 10
const SERIES = 40

/** When commit number n happened. */
export function timeOf(n: number): number {
  return START + n * STEP_MS
}

/** The number of the commit at a time. */
export function commitAt(timeMs: number): number {
  return (timeMs - START) / STEP_MS
}

/** The series of commit n: each is there for a while, and some never come back. All get the value n. */
export function seriesOf(n: number): Labels[] {
  const found: Labels[] = []
  for (let s = 0; s < SERIES; s++) {
    const era = Math.floor((n + 13 * s) / 150)
    if ((era + s) % 4 === 0) continue
    const life = s % 2 === 0 ? '' : `${era}`
    found.push(Labels.from({ __name__: 'm', s: `${s}`, life }))
  }
  return found
}
