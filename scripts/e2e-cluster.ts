/**
 * `npm run e2e:cluster [-- FILE…]`: end-to-end tests on a real Kubernetes (`e2e/cluster/cluster`), which each file starts
 * from nothing; one file at a time. They start the release bundle too, which is built first. What is missing on this
 * machine is said by the tests that are skipped for it.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const named = process.argv.slice(2)
const files = named.length > 0 ? named : globSync('e2e/cluster/*.test.ts', { cwd: root }).sort()

/** A file's tests together; none takes nearly as long where the machine is at rest. */
const FILE_LIMIT_MS = 900_000

const commands = [
  ['scripts/build.ts'],
  ['--test', '--test-concurrency=1', `--test-timeout=${FILE_LIMIT_MS}`, ...files],
] as const

for (const args of commands) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root })
  if (status !== 0) process.exit(1)
}
