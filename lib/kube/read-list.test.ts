import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeAnswer, KubeApi } from './api.ts'
import { ObjectReader } from './object-reader.ts'
import { readPage } from './read-list.ts'
import { resources } from './resources.ts'
import { Slices } from './slices.ts'

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

/** An API that answers every request with these bytes. */
function apiOf(bytes: Uint8Array): KubeApi {
  const answer: KubeAnswer = { status: 200, headers: {}, chunks: chunksOf(bytes), bytes: async () => bytes }
  return { identity: {} as never, request: async () => answer, json: async () => ({}) as never }
}

/** Of this thread: others on a busy machine do not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

test('read list: ten thousand objects in one answer hold up the thread for no more than a slice', async (t) => {
  const spec = Array.from({ length: 40 }, (_, i) => ({ name: `c${i}`, image: 'x'.repeat(50) }))
  const items = Array.from({ length: 10_000 }, (_, i) => ({ metadata: { name: `p${i}`, uid: 'u' }, spec }))
  const bytes = Buffer.from(JSON.stringify({ metadata: { resourceVersion: '9', continue: 'c' }, items }))
  const request = { path: '/', query: {}, accept: '', signal: new AbortController().signal }
  let count = 0
  let longest = 0
  let before = cpuMs()
  const beat = setInterval(() => {
    longest = Math.max(longest, cpuMs() - before)
    before = cpuMs()
  }, 1)
  const end = await readPage(apiOf(bytes), request, new ObjectReader(resources.pods), new Slices(), {
    object: () => count++,
    bytes: () => undefined,
  })
  clearInterval(beat)
  assert.deepEqual([count, end], [10_000, { resourceVersion: '9', continue: 'c' }])
  t.diagnostic(`${Math.round(bytes.length / 1e6)} MB, longest slice ${Math.round(longest)} ms`)
  // Slices are of 5 ms; collecting garbage takes its time as well.
  assert.ok(longest < 50, `${longest} ms`)
})
