import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { realFiles, type StoreFiles } from './store-files.ts'
import { tinyDisk } from './testdata/tiny-disk.ts'
import { Wal } from './wal.ts'

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'wal-'))
  t.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function openLog(
  folder: string,
  segmentBytes?: number,
  files: StoreFiles = realFiles,
): { wal: Wal; numbers: number[] } {
  const numbers: number[] = []
  const wal = Wal.open(folder, {
    onRecord: (bytes, from) => numbers.push(new DataView(bytes.buffer, bytes.byteOffset).getUint32(from, true)),
    segmentBytes,
    files,
  })
  return { wal, numbers }
}

const record = new Uint8Array(10_000)

function append(wal: Wal, number: number): boolean {
  new DataView(record.buffer).setUint32(0, number, true)
  return wal.append(record, record.length)
}

test('wal: a full disk refuses appends and loses nothing; with room again, a new segment takes them', (t) => {
  const disk = tinyDisk(t, 1)
  if (disk === undefined) return
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, new Uint8Array(300_000))
  const folder = join(disk, 'wal')
  const { wal } = openLog(folder, 65_536)
  const taken: number[] = []
  let next = 1
  while (append(wal, next)) taken.push(next++)
  assert.ok(taken.length > 50)
  assert.match(String(wal.failure), /ENOSPC|bytes written|no room/)
  const full = wal.segment
  for (let i = 0; i < 20; i++) assert.equal(append(wal, next++), false)
  assert.equal(wal.failures, 21)
  assert.ok(readdirSync(folder).length <= full + 1, 'half-made segments do not pile up')

  const onFull = openLog(folder, 65_536)
  assert.deepEqual(onFull.numbers, taken, 'a start on a full disk reads everything')
  assert.equal(append(onFull.wal, next++), false)
  onFull.wal.close()

  rmSync(ballast)
  for (let i = 0; i < 10; i++, next++) {
    assert.ok(append(wal, next))
    taken.push(next)
  }
  assert.ok(wal.segment > full)
  assert.equal(wal.failure, undefined)
  wal.close()
  const again = openLog(folder)
  assert.deepEqual(again.numbers, taken)
  again.wal.close()
})

test('wal: a half-made segment that cannot be removed does not block the next ones', (t) => {
  const folder = tempFolder(t)
  const files = { ...realFiles }
  const { wal } = openLog(folder, undefined, files)
  assert.ok(append(wal, 1))
  for (const call of ['sync', 'write'] as const) {
    for (const name of [call, 'remove'] as const) {
      files[name] = () => {
        throw new Error(`${name} fails`)
      }
    }
    assert.throws(() => wal.rotate(), new RegExp(`${call} fails`))
    assert.equal(append(wal, 2), call !== 'write')
    Object.assign(files, realFiles)
  }
  assert.equal(wal.rotate(), 4)
  assert.ok(append(wal, 3))
  wal.dropBefore(4)
  assert.deepEqual(readdirSync(folder), ['00000004.wal'])
  wal.close()
})

/** Runs the child that appends and prints, kills it after some milliseconds; returns the last number that it printed. */
async function runAndKill(folder: string, ms: number): Promise<number> {
  const script = fileURLToPath(new URL('testdata/append-numbers.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const closed = once(child, 'close')
  await once(child.stdout, 'readable')
  await delay(ms)
  child.kill('SIGKILL')
  const [, signal] = (await closed) as [number | null, string | null]
  assert.equal(signal, 'SIGKILL')
  // What the pipe holds when the process dies is still read; a line without its end was not printed.
  return Number(printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1))
}

test('wal: killed at any moment, it gives back every number that was acknowledged, in order and once', async (t) => {
  const folder = tempFolder(t)
  const deadline = performance.now() + 15_000
  let rounds = 0
  for (; rounds < 24 && performance.now() < deadline; rounds++) {
    const last = await runAndKill(folder, Math.random() * 60)
    const { wal, numbers } = openLog(folder, 20_000)
    wal.close()
    assert.ok(numbers.length >= last, `${last} was printed, ${numbers.length} numbers came back`)
    assert.ok(numbers.every((number, i) => number === i + 1))
  }
  assert.ok(rounds >= 5, `${rounds} rounds in 15 s`)
})
