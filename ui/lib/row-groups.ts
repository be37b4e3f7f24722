/** What a table draws, in order: rows, and above the first of each group its head. */
export type TableEntry<T> = { kind: 'row'; row: T; index: number } | { kind: 'group'; id: string; rows: T[] }

/** Rows by group; a group stands where its first row stood, so that the order of rows orders the groups. */
export function groupRows<T>(rows: readonly T[], groupOf: ((row: T) => string) | undefined): TableEntry<T>[] {
  if (!groupOf) return rows.map((row, index) => ({ kind: 'row', row, index }))
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const id = groupOf(row)
    const group = groups.get(id)
    if (group) group.push(row)
    else groups.set(id, [row])
  }
  let index = 0
  return [...groups].flatMap(([id, members]): TableEntry<T>[] => [
    { kind: 'group', id, rows: members },
    ...members.map((row) => ({ kind: 'row' as const, row, index: index++ })),
  ])
}
