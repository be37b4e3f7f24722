import { statfsSync } from 'node:fs'
import type { BlockState } from './block-plan.ts'

/** Why blocks are deleted. */
export type RetentionReason = 'time' | 'size' | 'percentage'

export interface RetentionLimits {
  /** Blocks that end before the newest time minus this are deleted; 0: never. */
  readonly retentionMs: number
  /** The oldest blocks are deleted while log and blocks are larger; 0: never. */
  readonly retentionBytes: number
  /** The same as a share of the disk in percent, which counts in place of bytes; 0: never. */
  readonly retentionPercentage: number
}

/** What there is, to be compared with the limits. */
export interface RetentionState {
  readonly blocks: readonly BlockState[]
  /** The newest time that counts: one ahead of the clock does not. */
  readonly newestMs: number
  /** Bytes beside the blocks. */
  readonly otherBytes: number
  /** Of the whole disk; 0: not known. */
  readonly diskBytes: number
}

/** The blocks that are beyond a limit, by name, with the limit. */
export function beyondRetention(limits: RetentionLimits, state: RetentionState): Map<string, RetentionReason> {
  const { retentionMs, retentionBytes, retentionPercentage } = limits
  const byDisk = retentionPercentage > 0 && state.diskBytes > 0
  const limitBytes = byDisk ? (state.diskBytes * retentionPercentage) / 100 : retentionBytes
  const gone = new Map<string, RetentionReason>()
  let bytes = state.otherBytes
  const newestFirst = state.blocks.toSorted((a, b) => b.meta.maxTimeMs - a.meta.maxTimeMs)
  for (const { meta } of newestFirst) {
    bytes += meta.bytes
    if (retentionMs > 0 && meta.maxTimeMs < state.newestMs - retentionMs) gone.set(meta.ulid, 'time')
    else if (limitBytes > 0 && bytes > limitBytes) gone.set(meta.ulid, byDisk ? 'percentage' : 'size')
  }
  return gone
}

/** Bytes of the disk that a folder lies on; 0 where that cannot be known. */
export function diskBytes(folder: string): number {
  try {
    const { bsize, blocks } = statfsSync(folder)
    return bsize * blocks
  } catch {
    return 0 // the limit in bytes counts then, as in Prometheus
  }
}
