/**
 * `npm test [-- FILE…]`: unit and property tests, then the end-to-end tests, which start the real program; those need
 * the release bundle, which is built first. A test that lacks a program or right of this machine says so and is skipped.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const named = process.argv.slice(2)

function run(title: string, args: readonly string[]): void {
  process.stdout.write(`\n== ${title}\n`)
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root })
  if (status !== 0) process.exitCode = 1
}

function files(...patterns: string[]): string[] {
  return patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()
}

if (named.length > 0) {
  run('named tests', ['--test', ...named])
} else {
  run('unit and property tests', [
    '--test',
    '--test-timeout=120000',
    ...files(
      'lib/**/*.test.ts',
      'app/**/*.test.ts',
      'ui/**/*.test.ts',
      'scripts/**/*.test.ts',
      'conformance/*.test.ts',
    ),
  ])
  run('release bundle', ['scripts/build.ts'])
  run('end-to-end tests', ['--test', '--test-concurrency=1', '--test-timeout=300000', ...files('e2e/*.test.ts')])
}
