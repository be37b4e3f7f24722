/** What a column is sorted by; null stands for nothing and always comes last. */
export type SortValue = number | string | null

/** Ascending; texts as people order them, with the numbers inside them by their size. */
export function compareValues(a: SortValue, b: SortValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a), String(b))
}

const collator = new Intl.Collator(undefined, { numeric: true })
