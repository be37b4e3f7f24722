/** One measured figure. */
export interface Row {
  readonly name: string
  readonly who: string
  readonly value: number
  /** What it should stay under, where something was promised. */
  readonly limit?: number
}

/** The rows as a table, each with its ratio to ours where a peer was measured in the same run. */
export function formatRows(rows: readonly Row[]): string {
  const ours = new Map(rows.filter((row) => row.who === 'binnacle').map((row) => [row.name, row.value]))
  const lines = rows.map((row) => {
    const own = ours.get(row.name)
    const ratio =
      row.who !== 'binnacle' && own !== undefined && own !== 0 ? `${(row.value / own).toFixed(2)} × ours` : ''
    const limit = row.limit === undefined ? '' : `limit ${row.limit}${row.value <= row.limit ? '' : ', EXCEEDED'}`
    return [row.name.padEnd(44), row.who.padEnd(16), row.value.toPrecision(4).padStart(10), ratio || limit]
      .join('  ')
      .trimEnd()
  })
  return `${lines.join('\n')}\n`
}
