/**
 * Keeps the process as small as its cluster needs. V8 gives short-lived objects up to 48 MB of room and collects freed
 * buffers only after some 64 MB: right for a server that computes, and half of what this role would take.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options?: { readonly type: 'minor' | 'major' }) => void

let collect: Collect | undefined

function collector(): Collect {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as Collect
  }
  return collect
}

/** Frees what died young: a millisecond. */
export function freeYoung(): void {
  collector()({ type: 'minor' })
}

/** Frees everything that is not used: for when much has just become garbage and nothing else would bring a collection. */
export function freeAll(): void {
  collector()()
}

const ROOM_BYTES = 8 << 20
const LOOK_MS = 20

/** Stops the room of short-lived objects from growing beyond what parsing an object at a time needs. */
export function limitYoungRoom(): Disposable {
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
    if ((young?.space_size ?? 0) < ROOM_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, LOOK_MS).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
