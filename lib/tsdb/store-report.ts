import type { WalRepair } from './wal-replay.ts'

/** What the start found. */
export interface StoreReport {
  readonly series: number
  readonly samples: number
  readonly blocks: number
  /** What was damaged and what became of it, a sentence each. */
  readonly repaired: readonly string[]
  /** What lies in the folder and is none of the store's, a sentence each. */
  readonly foreign: readonly string[]
}

/** What became of samples whose series are not known. */
export function lostSentence(samples: number): string[] {
  return samples === 0 ? [] : [`${samples} samples of series that a damaged part of the log defined were left out`]
}

/** A repair of the log for a person. */
export function repairSentence({ file, offset, bytes, action, keptIn, problem }: WalRepair): string {
  const where = `log segment ${file} at byte ${offset}: ${bytes} bytes`
  if (action === 'cut') return `${where} of an unfinished write were cut`
  if (keptIn === undefined) return `${where} could not be read${problem === undefined ? '' : ` (${problem})`}`
  return `${where} could not be read and were kept in ${keptIn}`
}
