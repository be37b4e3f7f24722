import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { OpenMetricsParser } from '#lib/exposition'
import { compareLabels, Labels } from '#lib/model'
import { BlockImport } from '#lib/tsdb'
import type { ImportReport, OnProgress } from './import-report.ts'

/** How much of a file is read at a time; a line may be no longer. */
const PIECE = 16 * 1024 * 1024
/** How many samples are gathered before they become a block. */
const GATHERED = 10_000_000
const END = Buffer.from('# EOF\n')
const LINE_END = 10

/** The samples of a series in the order of the file. */
interface Gathered {
  readonly labels: Labels
  readonly times: number[]
  readonly values: number[]
}
