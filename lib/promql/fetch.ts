import { compareUtf8 } from '#lib/bytes'
import type { Labels, Matcher } from '#lib/model'
import type { Claim, ColumnBatch, SelectRequest, SeriesBatch } from '#lib/storage'
import type { QueryContext } from './context.ts'

/** A part of a plan that is fed with the samples of the series that its matchers select. */
export interface Leaf {
  readonly matchers: readonly Matcher[]
  /** The samples that it needs: fromMs <= t <= toMs. */
  readonly fromMs: number
  readonly toMs: number
  /** The round in which it is fed: leaves whose parameters come out of other leaves wait for those. */
  round: number
  /** Called before the first series. */
  prepare(): void
  /** Series i of the batch; the columns are valid during the call alone. */
  accept(batch: SeriesBatch, i: number, labels: Labels): void
  /** What a querier may be asked for in the place of the samples; none where the leaf must see these. */
  readonly claim?: LeafClaim | undefined
  /** The same as `accept` of a series that a querier answered the claim for. */
  acceptColumn?(labels: Labels, values: Float64Array, present: Uint8Array): void
}

export type LeafClaim = Omit<Claim, 'select'>

/** Leaves with equal matchers whose ranges touch: one select feeds them all. */
interface SharedSelect {
  readonly leaves: Leaf[]
  fromMs: number
  toMs: number
}

/** Reads every selector of a plan: equal ones once. */
export async function fetchLeaves(context: QueryContext, leaves: readonly Leaf[]): Promise<void> {
  const rounds = Math.max(-1, ...leaves.map((leaf) => leaf.round))
  for (let round = 0; round <= rounds; round++) {
    await fetchRound(
      context,
      leaves.filter((leaf) => leaf.round === round),
    )
  }
}

async function fetchRound(context: QueryContext, leaves: readonly Leaf[]): Promise<void> {
  for (const leaf of leaves) leaf.prepare()
  for (const select of shareSelects(leaves)) {
    const request = {
      matchers: select.leaves[0].matchers,
      startMs: select.fromMs,
      endMs: select.toMs,
      cancellation: context.cancellation,
    }
    context.check()
    const claimed = claim(context, select, request)
    if (claimed !== undefined) {
      for await (const answer of claimed) {
        if ('present' in answer) feedColumns(context, select.leaves[0], answer)
        else feed(context, select, answer)
      }
      context.check()
      continue
    }
    for await (const batch of context.querier.select(context.scope, request)) feed(context, select, batch)
    context.check() // a select that is cancelled ends as if there were no more
  }
  context.endRound()
}

function feed(context: QueryContext, select: SharedSelect, batch: SeriesBatch): void {
  context.check()
  context.seriesRead += batch.count
  context.samplesRead += batch.offsets[batch.count]
  for (let i = 0; i < batch.count; i++) {
    const labels = context.querier.labels.get(batch.labels[i])
    for (const leaf of select.leaves) leaf.accept(batch, i, labels)
  }
}

/** The answer of the querier, where one leaf alone asks for these samples. */
function claim({ querier, scope }: QueryContext, { leaves }: SharedSelect, select: SelectRequest) {
  const asked = leaves.length === 1 ? leaves[0].claim : undefined
  return asked && querier.claim?.(scope, { ...asked, select })
}

function feedColumns(context: QueryContext, leaf: Leaf, columns: ColumnBatch): void {
  context.check()
  context.seriesRead += columns.seriesRead
  context.samplesRead += columns.samplesRead
  const { steps } = leaf.claim!
  for (let i = 0; i < columns.count; i++) {
    const values = columns.values.subarray(i * steps, (i + 1) * steps)
    const present = columns.present.subarray(i * steps, (i + 1) * steps)
    leaf.acceptColumn!(context.querier.labels.get(columns.labels[i]), values, present)
  }
}

function shareSelects(leaves: readonly Leaf[]): SharedSelect[] {
  const groups = Map.groupBy(leaves, (leaf) => matchersKey(leaf.matchers))
  return [...groups.values()].flatMap(mergeRanges)
}

function mergeRanges(leaves: Leaf[]): SharedSelect[] {
  const selects: SharedSelect[] = []
  for (const leaf of leaves.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = selects.at(-1)
    if (last && leaf.fromMs <= last.toMs) {
      last.leaves.push(leaf)
      last.toMs = Math.max(last.toMs, leaf.toMs)
    } else {
      selects.push({ leaves: [leaf], fromMs: leaf.fromMs, toMs: leaf.toMs })
    }
  }
  return selects
}

/** Equal for matchers that select the same series. */
function matchersKey(matchers: readonly Matcher[]): string {
  return matchers
    .map((m) => JSON.stringify([m.name, m.op, m.value]))
    .toSorted(compareUtf8)
    .join()
}
