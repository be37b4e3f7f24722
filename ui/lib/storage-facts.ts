/** The bytes that the store keeps on disk, or null where it does not say. */
export function storageBytes(storage: Record<string, unknown> | undefined): number | null {
  for (const name of ['bytes', 'diskBytes', 'blockBytes']) {
    const value = storage?.[name]
    if (typeof value === 'number') return value
  }
  return null
}

/** What a store says of itself in numbers, by name, without what is shown elsewhere. */
export function storageFigures(storage: Record<string, unknown> | undefined): [name: string, value: number][] {
  return Object.entries(storage ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
}
