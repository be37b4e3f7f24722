import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Probe } from './probe.ts'

/** FIFOs that nobody writes to: opening one hangs in the kernel as a dead mount does. */
async function hangingPaths(t: TestContext, count: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'))
  t.after(() => rm(folder, { recursive: true }))
  const paths = Array.from({ length: count }, (_, i) => join(folder, `fifo${i}`))
  execFileSync('mkfifo', paths)
  return paths
}

test('probe: tells the space of a file system', async (t) => {
  const probe = new Probe()
  t.after(() => probe.close())
  const answer = await probe.statfs('/', 5000)
  assert.ok(answer !== 'late' && !(answer instanceof Error))
  assert.ok(answer.blocks > 0 && answer.blockBytes > 0)
})

test('probe: gives the text of an error', async (t) => {
  const probe = new Probe()
  t.after(() => probe.close())
  const answer = await probe.statfs('/no/such/path', 5000)
  assert.ok(answer instanceof Error)
  assert.equal(answer.message, 'no such file or directory')
})

test('probe: four paths that hang are late, the others are answered and the pool stays free', async (t) => {
  const probe = new Probe()
  t.after(() => probe.close())
  const hanging = await hangingPaths(t, 4)
  const answers = [...hanging.map((path) => probe.open(path, 1500)), probe.open('/', 1500)]
  assert.ok((await readFile('/proc/self/stat')).length > 0)
  assert.deepEqual(await Promise.all(answers), ['late', 'late', 'late', 'late', true])
  assert.ok(typeof (await probe.statfs('/', 5000)) === 'object')
})

test('probe: a process with hanging paths ends by itself', async (t) => {
  const paths = await hangingPaths(t, 4)
  const script = `
    import { Probe } from ${JSON.stringify(import.meta.resolve('./probe.ts'))}
    const probe = new Probe()
    const answers = await Promise.all(${JSON.stringify(paths)}.map((path) => probe.open(path, 1000)))
    process.exitCode = answers.every((answer) => answer === 'late') ? 7 : 1`
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 15_000 })
  assert.equal(status, 7)
})
