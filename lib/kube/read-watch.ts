import type { KubeAnswer } from './api.ts'
import type { KubeObject } from './object.ts'
import { Lines } from './lines.ts'
import { parseBytes, type ObjectReader } from './object-reader.ts'
import { errorOfStatus, type Status } from './status-error.ts'
import type { Slices } from './slices.ts'

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

/** An event of a watch; an ERROR is thrown as what it says. */
export interface WatchEvent {
  readonly type: string
  readonly object: KubeObject
}

/** Hands over the events of a watch one by one until the server ends it. */
export async function readWatch(
  answer: KubeAnswer,
  reader: ObjectReader,
  slices: Slices,
  signal: AbortSignal,
  on: { event(event: WatchEvent): void | Promise<void>; bytes(count: number): void },
): Promise<void> {
  const lines = new Lines()
  for await (const chunk of answer.chunks) {
    on.bytes(chunk.length)
    for (const line of lines.push(chunk)) {
      const done = on.event(eventOf(line, reader))
      if (done !== undefined) await done
      if (slices.isOver()) await slices.pause()
      signal.throwIfAborted()
    }
  }
}

/** Whether this bookmark says that a streaming list has told all that existed. */
export function endsInitialEvents({ object }: WatchEvent): boolean {
  return object.metadata.annotations?.[INITIAL_EVENTS_END] === 'true'
}

function eventOf(line: Uint8Array, reader: ObjectReader): WatchEvent {
  const { type, object } = parseBytes(line) as { type?: unknown; object?: unknown }
  if (type === 'ERROR') throw errorOfStatus(object as Status)
  if (typeof type !== 'string' || typeof object !== 'object' || object === null)
    throw new SyntaxError('an event of a watch has no type or no object')
  return { type, object: reader.eventObject(object) }
}
