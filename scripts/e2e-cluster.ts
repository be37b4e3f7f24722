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

/** A file runs in a process of its own; its tests are reported whole. */
function run(file: string): { passed: boolean; output: string } {
  const args = ['--test', '--test-reporter=spec', '--test-concurrency=1', `--test-timeout=${FILE_LIMIT_MS}`, file]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { passed: status === 0, output: `${stdout}${stderr}` }
}

const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit', cwd: root })
if (status !== 0) process.exit(1)
for (const file of files) {
  process.stdout.write(`\n== ${file}\n`)
  let result = run(file)
  if (!result.passed) {
    // A whole cluster shares the machine with whatever else runs there. What failed is shown, and tried once more from nothing.
    process.stdout.write(`${result.output.replaceAll(/^ℹ (pass|fail)/gm, 'first try: $1')}\n== ${file}, once more\n`)
    result = run(file)
  }
  process.stdout.write(result.output)
  if (!result.passed) process.exitCode = 1
}
