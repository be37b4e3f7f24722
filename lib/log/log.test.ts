import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'

const module = JSON.stringify(join(import.meta.dirname, 'index.ts'))

/** Runs a script whose standard error is a pipe; what it says on standard output comes back. */
async function run(script: string, stderr: (stream: NodeJS.ReadableStream) => void): Promise<string> {
  const source = `import { openLog } from ${module}\n${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'pipe'] })
  stderr(child.stderr)
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(timer)
  assert.equal(code, 0, out)
  return out
}

async function logged(script: string): Promise<string> {
  let text = ''
  await run(script, (stream) => stream.on('data', (chunk: Buffer) => (text += chunk.toString())))
  return text
}

test('log: one JSON object a line, with level, time and text', async () => {
  const text = await logged(
    `const log = openLog({ level: 'info', format: 'json' }); log.debug('no'); log.warn({ target: 'a' }, 'down')`,
  )
  const record = JSON.parse(text) as Record<string, unknown>
  assert.equal(record.level, 'warn')
  assert.equal(record.msg, 'down')
  assert.equal(record.target, 'a')
  assert.ok(!Number.isNaN(Date.parse(String(record.time))))
})

test('log: secrets are hidden', async () => {
  const text = await logged(
    `openLog({ level: 'info', format: 'json' }).info({ password: 's3cret', auth: { credentials: 's3cret' } }, 'x')`,
  )
  assert.doesNotMatch(text, /s3cret/)
  assert.match(text, /<secret>/)
})

test('log: what a target sent cannot steer the terminal', async () => {
  const text = await logged(
    `openLog({ level: 'info', format: 'text' }).info({ body: '\\u001b[2J', err: new Error('a\\nb') }, 'x\\u0007')`,
  )
  assert.match(text, /^\d\d:\d\d:\d\d info {2}x\\x07 {2}body=\\x1b\[2J {2}err=a\\x0ab\n$/)
})

test('log: a pipe that is full costs lines, not time', async () => {
  const out = await run(
    `const log = openLog({ level: 'info', format: 'json' })
    const begin = performance.now(); let worst = 0
    for (let i = 0; i < 2000; i++) { const at = performance.now(); log.info({ pad: 'x'.repeat(500) }, 'line'); worst = Math.max(worst, performance.now() - at) }
    process.stdout.write(JSON.stringify({ total: performance.now() - begin, worst }))`,
    (stream) => stream.pause(),
  )
  const { total, worst } = JSON.parse(out) as { total: number; worst: number }
  assert.ok(total < 3000, `2000 lines took ${total} ms`)
  assert.ok(worst < 500, `one line took ${worst} ms`)
})

test('log: a pipe that is closed neither ends nor stops the program', async () => {
  const out = await run(
    `const log = openLog({ level: 'info', format: 'json' })
    setTimeout(() => { for (let i = 0; i < 100; i++) log.info('line'); process.stdout.write('done') }, 100)`,
    (stream) => (stream as unknown as { destroy(): void }).destroy(),
  )
  assert.equal(out, 'done')
})
