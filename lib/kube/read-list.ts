import type { KubeAnswer, KubeApi } from './api.ts'
import { ItemCutter } from './item-cutter.ts'
import type { KubeObject } from './object.ts'
import type { ObjectReader } from './object-reader.ts'
import { errorOfAnswer } from './status-error.ts'
import type { Slices } from './slices.ts'

/** One page of a list. */
export interface PageRequest {
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
  readonly accept: string
  readonly signal: AbortSignal
}

/** What a page says of the list. */
export interface PageEnd {
  readonly resourceVersion: string
  /** Empty at the end of the list. */
  readonly continue: string
}

/** Asks for a page and hands over its objects one by one while it arrives. */
export async function readPage(
  api: KubeApi,
  { path, query, accept, signal }: PageRequest,
  reader: ObjectReader,
  slices: Slices,
  on: { object(object: KubeObject): void; bytes(count: number): void },
): Promise<PageEnd> {
  const answer = await api.request(path, { query, headers: { accept }, signal, timeoutMs: 0 })
  await refuseError(answer, `list ${path}`)
  const cutter = new ItemCutter()
  let hasEnvelope = false
  for await (const chunk of answer.chunks) {
    on.bytes(chunk.length)
    cutter.push(chunk)
    while (cutter.next()) {
      if (!hasEnvelope) reader.envelope(cutter.envelope())
      hasEnvelope = true
      on.object(reader.element(cutter.item))
      if (slices.isOver()) await slices.pause()
      signal.throwIfAborted()
    }
  }
  if (!cutter.isComplete) throw new Error(`list ${path}: the answer ended early`)
  return endOf(cutter.envelope())
}

/** Throws what an answer that is not 200 says. */
export async function refuseError(answer: KubeAnswer, what: string): Promise<void> {
  if (answer.status !== 200) throw errorOfAnswer(answer.status, answer.headers, await answer.bytes(1 << 20), what)
}

function endOf(envelope: string): PageEnd {
  const { metadata } = JSON.parse(envelope) as { metadata?: { resourceVersion?: string; continue?: string } }
  return { resourceVersion: metadata?.resourceVersion ?? '', continue: metadata?.continue ?? '' }
}
