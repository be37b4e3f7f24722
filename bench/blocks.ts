import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from './row.ts'

const bench = join(import.meta.dirname, '../lib/tsdb/block.bench.ts')

/** Bytes per sample of a block with its index: ours and, of the very same samples, Prometheus'. A writer of blocks is not public, so the package's own benchmark runs. */
export function benchBlocks(): Promise<Row[]> {
  const text = execFileSync(process.execPath, [bench, '--rows'], { encoding: 'utf8', timeout: 180_000 })
  return Promise.resolve(JSON.parse(text) as Row[])
}
