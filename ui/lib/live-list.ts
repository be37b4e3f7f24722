/** A row of a list that the server keeps up to date. */
export interface KeyedRow {
  readonly key: string
}

/** A list sent whole, or what has changed in it since the message before. */
export type ListMessage =
  | { version: number; rows: KeyedRow[] }
  | { version: number; changed: KeyedRow[]; removed: string[] }

/** Whether a message belongs to a list; values of other sources have no version with rows. */
export function isListMessage(data: unknown): data is ListMessage {
  if (typeof data !== 'object' || data === null || !('version' in data)) return false
  return ('rows' in data && Array.isArray(data.rows)) || ('changed' in data && Array.isArray(data.changed))
}

/** The rows after a message: those that did not change stay the same objects, and each keeps its place. */
export function applyList(before: readonly KeyedRow[], message: ListMessage): readonly KeyedRow[] {
  if ('rows' in message) return message.rows
  const rows = new Map(before.map((row) => [row.key, row]))
  for (const key of message.removed) rows.delete(key)
  for (const row of message.changed) rows.set(row.key, row)
  return [...rows.values()]
}
