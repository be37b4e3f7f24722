/** What an import has done so far. */
export interface ImportReport {
  series: number
  samples: number
  sources: number
  /** Sources that were there from an import before. */
  known: number
  /** What could not be read and was left out, a sentence each. */
  problems: readonly string[]
}

/** How far it is: bytes read, and bytes in all. */
export type OnProgress = (done: number, total: number, report: ImportReport) => void
