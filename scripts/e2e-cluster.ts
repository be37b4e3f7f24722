/**
 * `npm run e2e:cluster [-- FILE…]`, and `npm run e2e:install` for those of `e2e/install`: end-to-end tests on a real Kubernetes (`e2e/cluster/cluster`), which each file starts
 * from nothing. Two files run side by side, each with a cluster of its own number: they mostly wait. They start the release
 * bundle too, which is built first. What is missing on this machine is said by the tests that are skipped for it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const [suite, ...named] = process.argv.slice(2)
const files = named.length > 0 ? named : globSync(`${suite}/*.test.ts`, { cwd: root }).sort()

/** A file's tests together; none takes nearly as long where the machine is at rest. */
const FILE_LIMIT_MS = 900_000
/** The numbers of the clusters that files run on. */
const LANES = ['2', '3']
/** These promise a time: they run before the others, one by one. */
const ALONE = /within-\d+-seconds/

interface Result {
  readonly passed: boolean
  readonly output: string
}

/** The image that the install is tried with, built once for all files. */
const image: Record<string, string> = suite === 'e2e/install' ? { BINNACLE_IMAGE: join(root, 'dist/image.tar') } : {}

/** A file runs in a process of its own; its tests are reported whole. */
function runOnce(file: string, lane: string): Promise<Result> {
  const args = ['--test', '--test-reporter=spec', '--test-concurrency=1', `--test-timeout=${FILE_LIMIT_MS}`, file]
  const env = { ...process.env, ...image, BINNACLE_CLUSTER_NUMBER: lane }
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ passed: code === 0, output })))
}

/** A whole cluster shares the machine with whatever else runs there. What failed is shown, and tried once more from nothing. */
async function run(file: string, lane: string): Promise<void> {
  const started = Date.now()
  const first = await runOnce(file, lane)
  let text = first.output
  let { passed } = first
  if (!passed) {
    const again = await runOnce(file, lane)
    text = `${text.replaceAll(/^ℹ (pass|fail)/gm, 'first try: $1')}\n== ${file}, once more\n${again.output}`
    passed = again.passed
  }
  process.stdout.write(`\n== ${file}: ${Math.round((Date.now() - started) / 1000)} s\n${text}`)
  if (!passed) process.exitCode = 1
}

const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit', cwd: root })
if (status !== 0) process.exit(1)
const { BINNACLE_IMAGE: tar } = image
// Where that fails, the files say what is missing.
if (tar !== undefined)
  spawnSync(join(root, 'scripts/image'), ['--arch', 'amd64', '--output', tar], { stdio: 'ignore', cwd: root })
for (const file of files.filter((name) => ALONE.test(name))) await run(file, LANES[0])
const others = files.filter((name) => !ALONE.test(name))
let next = 0
await Promise.all(
  LANES.map(async (lane) => {
    while (next < others.length) await run(others[next++], lane)
  }),
)
