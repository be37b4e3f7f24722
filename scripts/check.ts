/** `npm run check`: types, lint, format, unused code, import direction. Prints each step; ends with the first that fails. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const bin = (name: string) => join(import.meta.dirname, '..', 'node_modules', '.bin', name)

const steps: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', bin('tsc'), ['-p', '.']],
  ['types of the web application', bin('tsc'), ['-p', 'ui']],
  ['lint', bin('oxlint'), ['--type-aware']],
  ['format', bin('oxfmt'), ['--check', '.']],
  ['unused code', bin('knip'), []],
  ['manifests', process.execPath, ['scripts/deploy.ts', '--check']],
  ['import direction', process.execPath, ['--test', '--test-reporter=dot', 'scripts/imports.test.ts']],
]

for (const [name, command, args] of steps) {
  const started = Date.now()
  const { status } = spawnSync(command, args, { stdio: 'inherit', cwd: join(import.meta.dirname, '..') })
  process.stdout.write(`${status === 0 ? 'ok' : 'FAILED'}  ${name}  ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
  if (status !== 0) process.exit(1)
}
