import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FolderLock, StoreLockedError } from './folder-lock.ts'
import { realFiles } from './store-files.ts'
import { TestFolder, TestStore } from './testdata/test-store.ts'

function startStore(folder: string): ChildProcess {
  const script = fileURLToPath(new URL('testdata/live-store.ts', import.meta.url))
  return spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
}

test('lock: a second program is refused with a sentence while the first lives, and let in as soon as that is killed', async () => {
  using folder = new TestFolder()
  const first = startStore(folder.path)
  try {
    await once(first.stdout!, 'data')
    first.stdout!.resume()
    const refusal = new RegExp(
      `the data folder ${folder.path} is in use by another program: stop it, or choose another`,
    )
    assert.throws(
      () => new TestStore(folder.path),
      (error) => error instanceof StoreLockedError && refusal.test(error.message),
    )
    const second = startStore(folder.path)
    let said = ''
    second.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [code] = (await once(second, 'close')) as [number]
    assert.equal(code, 1)
    assert.match(said, refusal)
    assert.equal(first.exitCode, null, 'the first goes on')
  } finally {
    first.kill('SIGKILL')
    await once(first, 'close')
  }
  await using store = new TestStore(folder.path)
  assert.ok(store.store.report.samples > 0)
  assert.equal(readFileSync(join(folder.path, 'lock')).length, 0, 'it says nothing of who holds it')
})

test('lock: a store that cannot be opened holds none', () => {
  using folder = new TestFolder()
  const files = {
    ...realFiles,
    makeFolder: () => {
      throw new Error('no rights')
    },
  }
  assert.throws(() => new TestStore(folder.path, { files }), /no rights/)
  using lock = new FolderLock(folder.path, realFiles)
  assert.throws(() => new FolderLock(folder.path, realFiles), StoreLockedError)
  assert.ok(lock)
})
