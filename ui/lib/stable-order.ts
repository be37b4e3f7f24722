/** The order of rows while someone reads them: known rows keep their place, new ones come after, gone ones leave. */
export function holdOrder(held: string[], sorted: string[]): string[] {
  const present = new Set(sorted)
  const known = new Set(held)
  return [...held.filter((id) => present.has(id)), ...sorted.filter((id) => !known.has(id))]
}
