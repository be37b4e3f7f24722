import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openKubeApi } from './open-api.ts'
import { ServerProbe } from './server-probe.ts'

test('probe: a server that stops answering is told of at the second look, and when it is back', async () => {
  let server = createServer((_, response) => response.writeHead(403).end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  await using api = openKubeApi({
    identity: { source: 'kubeconfig', from: '', context: '', cluster: '', server: url, user: '', namespace: '' },
    server: url,
    tlsServerName: '',
    insecure: false,
    proxy: '',
    compression: false,
    impersonation: {},
    notices: [],
  })
  let backs = 0
  const probe = new ServerProbe(api, () => backs++)
  await probe.look()
  assert.equal(probe.gap, undefined)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await probe.look()
  assert.equal(probe.gap, undefined)
  await probe.look()
  const told = probe.gap as { text: string } | undefined
  assert.match(told?.text ?? '', new RegExp(String(port)))
  server = createServer((_, response) => response.end('{}'))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await probe.look()
  assert.deepEqual([probe.gap, backs], [undefined, 1])
  server.closeAllConnections()
  server.close()
})
