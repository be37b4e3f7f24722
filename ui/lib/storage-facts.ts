/** The bytes that the store keeps on disk, or null where it does not say. */
export function storageBytes(storage: Record<string, unknown> | undefined): number | null {
  const bytes = storage?.['bytes']
  if (typeof bytes === 'number') return bytes
  if (typeof bytes !== 'object' || bytes === null) return null
  const onDisk = Object.entries(bytes).filter(([kind, value]) => typeof value === 'number' && ON_DISK.test(kind))
  return onDisk.length === 0 ? null : onDisk.reduce((sum, [, value]) => sum + (value as number), 0)
}

const ON_DISK = /block|wal|log|disk/i
const BYTES = /bytes/i

/** One figure of the store, under the store's own name for it. */
export interface StorageFigure {
  name: string
  value: number
  isBytes: boolean
}

/** All that a store says of itself in numbers; those in groups are named "group, member". Refusals are shown elsewhere. */
export function storageFigures(storage: Record<string, unknown> | undefined, group = ''): StorageFigure[] {
  return Object.entries(storage ?? {}).flatMap(([key, value]) => {
    const name = group === '' ? spaced(key) : `${group}, ${spaced(key)}`
    if (typeof value === 'number') return key.endsWith('Ms') ? [] : [{ name, value, isBytes: BYTES.test(name) }]
    if (key === 'refused' || typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return storageFigures(value as Record<string, unknown>, name)
  })
}

/** The store's names as words: samplesAppended is "samples appended". */
function spaced(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}
