/**
 * Every file that is started by name: workers, child processes and the program itself. The release is bundled from
 * this list, one bundle an entry. Paths are from the root of the repository.
 */
export const entries = {
  binnacle: 'app/cli/main.ts',
  'store-worker': 'app/server/store-worker.ts',
  'sync-worker': 'lib/tsdb/sync-worker.ts',
  'query-worker': 'app/server/query-worker.ts',
  'assistant-worker': 'app/server/assistant-worker.ts',
  'probe-child': 'lib/collect/probe-child.ts',
  'certificate-child': 'lib/certificates/make-child.ts',
} as const

export type EntryName = keyof typeof entries
