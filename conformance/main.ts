import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Suite } from './suite.ts'
import { suites } from './suites.ts'
import { Tally, type Failure } from './tally.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { dir: { type: 'string' }, failed: { type: 'boolean' }, floors: { type: 'string' } },
})

const root = resolve(options.dir ?? join(import.meta.dirname, '../../shared/conformance'))
const tallies = new Map<string, Tally>()
for (const suite of chosen()) tallies.set(suite.name, await runSuite(suite))
let passed = 0
let failed = 0
for (const tally of tallies.values()) {
  passed += tally.passed
  failed += tally.failures.length
}
if (options.floors) checkFloors(options.floors)
console.log(`${passed} passed, ${failed} failed`)

function chosen(): readonly Suite[] {
  const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name))
  for (const name of unknown) console.log(`${name}: no such suite`)
  if (unknown.length > 0) process.exitCode = 1
  return positionals.length === 0 ? suites : suites.filter((suite) => positionals.includes(suite.name))
}

async function runSuite(suite: Suite): Promise<Tally> {
  const tally = new Tally()
  const folder = join(root, suite.name)
  if (!existsSync(folder)) {
    console.log(`${suite.name}: 0 passed, 0 failed, 0 skipped (no folder ${folder})`)
    return tally
  }
  try {
    await suite.run(folder, tally)
  } catch (error) {
    tally.fail('the suite itself', 'runs to its end', (error as Error).stack)
  }
  console.log(`${suite.name}: ${tally.passed} passed, ${tally.failures.length} failed, ${tally.skipped} skipped`)
  for (const [reason, count] of tally.skips) console.log(`  skipped ${count}: ${reason}`)
  if (options.failed) for (const failure of tally.failures) console.log(shown(failure))
  return tally
}

function shown({ id, expected, actual }: Failure): string {
  return `  FAILED ${id}\n    expected ${short(expected)}\n    actual   ${short(actual)}`
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

/** Fails the run where a suite that ran passed fewer cases than it must. */
function checkFloors(file: string): void {
  const floors = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
  for (const [name, floor] of Object.entries(floors)) {
    const count = tallies.get(name)?.passed
    if (count === undefined || count >= floor || !existsSync(join(root, name))) continue
    console.log(`${name}: ${count} passed, its floor is ${floor}`)
    process.exitCode = 1
  }
}
