import assert from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { PodReach } from './pod-reach.ts'

/** A port that answers, and one that nobody listens on. */
async function ports(t: TestContext): Promise<{ open: number; closed: number }> {
  const listen = async () => {
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { server, port: (server.address() as AddressInfo).port }
  }
  const [one, two] = [await listen(), await listen()]
  await new Promise((resolve) => two.server.close(resolve))
  t.after(() => one.server.close())
  return { open: one.port, closed: two.port }
}

test('pods: one that answers makes the way direct', async (t) => {
  const { open, closed } = await ports(t)
  const reach = new PodReach()
  assert.equal(reach.way, 'unknown')
  assert.ok(
    await reach.observe([
      { ip: '127.0.0.1', port: closed },
      { ip: '127.0.0.1', port: open },
    ]),
  )
  assert.deepEqual([reach.way, reach.why], ['direct', ''])
})

test('pods: a refusal where a port is declared is somebody else with that address', async (t) => {
  const { closed } = await ports(t)
  const reach = new PodReach()
  await reach.observe([{ ip: '127.0.0.1', port: closed }])
  assert.deepEqual([reach.way, reach.why], ['api-server', '127.0.0.1: ECONNREFUSED'])
})

test('pods: they are tried again after a while, and a way that opens is told', async (t) => {
  const { open, closed } = await ports(t)
  let nowMs = 0
  const reach = new PodReach(() => nowMs)
  assert.equal(await reach.observe([]), false, 'there is nobody to ask')
  assert.equal(await reach.observe([{ ip: '127.0.0.1', port: closed }]), true)
  assert.equal(await reach.observe([{ ip: '127.0.0.1', port: open }]), false, 'too soon')
  nowMs += 30_000
  assert.equal(await reach.observe([{ ip: '127.0.0.1', port: open }]), true)
  assert.equal(reach.way, 'direct')
})

test('pods: what answers at a port that nobody has is a proxy on the way', async (t) => {
  const { open } = await ports(t)
  const reach = new PodReach(Date.now, open)
  await reach.observe([{ ip: '127.0.0.1', port: open }])
  assert.deepEqual([reach.way, reach.why], ['api-server', '127.0.0.1: something on the way answers in its place'])
})
