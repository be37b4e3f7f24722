/** The clear version of `ItemCutter`: the elements of a whole answer, and the answer without them. */
export function cutItems(text: string): { items: unknown[]; envelope: unknown } {
  const list = JSON.parse(text) as Record<string, unknown>
  const key = Object.keys(list).find((key) => (key === 'items' || key === 'rows') && Array.isArray(list[key]))
  if (key === undefined) return { items: [], envelope: list }
  return { items: list[key] as unknown[], envelope: { ...list, [key]: [] } }
}
