import { compareValues, type SortValue } from './compare-values.ts'

/** Rows in the order of a value that is read once of each: thousands are sorted while someone looks. Nothing comes last. */
export function sortRows<T>(rows: readonly T[], valueOf: (row: T) => SortValue, descending: boolean): T[] {
  const values = rows.map(valueOf)
  const order = rows.map((_, i) => i)
  const sign = descending ? -1 : 1
  order.sort((a, b) => {
    const [one, two] = [values[a], values[b]]
    if (one === null || two === null) return one === two ? a - b : one === null ? 1 : -1
    return sign * compareValues(one, two) || a - b
  })
  return order.map((i) => rows[i])
}
