import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageChannel, Worker } from 'node:worker_threads'
import { connect, Moved } from './rpc.ts'

interface Server {
  [name: string]: (...args: never[]) => unknown
  double(x: number): number
  bytes(): Moved<Uint8Array>
  fail(): never
}

const server = {
  double: (x: number) => x * 2,
  bytes: () => {
    const bytes = new Uint8Array([1, 2, 3])
    return new Moved(bytes, [bytes.buffer])
  },
  fail: (): never => {
    throw new RangeError('too far')
  },
}

test('rpc: answers calls, moves buffers and hands errors to the caller', async (t) => {
  const { port1, port2 } = new MessageChannel()
  t.after(() => port1.close())
  connect(port1, server)
  const remote = connect<Server>(port2, {})
  assert.equal(await remote.double(21), 42)
  assert.deepEqual([...(await remote.bytes())], [1, 2, 3])
  await assert.rejects(remote.fail(), { name: 'RangeError', message: 'too far' })
  await assert.rejects((remote as Record<string, () => Promise<unknown>>).nothing(), /no handler for nothing/)
})

test('rpc: whoever waits for a thread that ends is told', { timeout: 20_000 }, async () => {
  const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => {})', { eval: true })
  const remote = connect<Server>(worker, {})
  const asked = remote.double(1)
  await worker.terminate()
  await assert.rejects(asked, /the thread that was asked has ended/)
})
