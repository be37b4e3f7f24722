import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { StartingServer } from './starting-server.ts'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('starting server: tells how far the start is, is alive and not ready, and makes room', async () => {
  const address = `127.0.0.1:${await freePort()}`
  const ask = async (path: string) => {
    const response = await fetch(`http://${address}${path}`)
    return [response.status, await response.text()]
  }
  {
    await using starting = await StartingServer.open(address)
    assert.deepEqual(await ask('/-/healthy'), [200, 'Binnacle is Healthy.\n'])
    starting.progress(0.437)
    for (const path of ['/-/ready', '/api/v1/query?query=up'])
      assert.deepEqual(await ask(path), [503, 'Service Unavailable: the store reads its log, 43 % are done\n'])
    // A taken address is the real server's to complain of.
    await using second = await StartingServer.open(address)
    second.progress(1)
  }
  await assert.rejects(ask('/-/ready'))
})
