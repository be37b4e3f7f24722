import type { EventRecord } from './records.ts'

/** The newest event of those that are meant. */
export function newest(
  events: readonly EventRecord[],
  isMeant: (event: EventRecord) => boolean,
): EventRecord | undefined {
  let found: EventRecord | undefined
  for (const event of events) if (isMeant(event) && event.lastMs >= (found?.lastMs ?? 0)) found = event
  return found
}
