import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { KubeletGreeting } from './kubelet-certificate.ts'
import { PinFile, type PinStore } from './kubelet-pins.ts'
import { type KubeletAddress, KubeletReach, type KubeletWay } from './kubelet-reach.ts'

const node: KubeletAddress = { node: 'node1', uid: 'u1', host: '10.0.0.1', port: 10250 }
const DAY = 86_400_000

function greeting(sha256: string, isVerified = false, notAfterMs = 100 * DAY): KubeletGreeting {
  return { kind: 'certificate', isVerified, why: isVerified ? '' : 'DEPTH_ZERO_SELF_SIGNED_CERT', sha256, notAfterMs }
}

interface Look {
  readonly greeting: KubeletGreeting
  readonly uid?: string
  readonly atMs?: number
}

/** The ways that a node took, look after look, each five minutes or more after the one before. */
async function ways(pins: PinStore | undefined, ...looks: readonly Look[]): Promise<(KubeletWay | undefined)[]> {
  let nowMs = DAY
  let next: KubeletGreeting = looks[0].greeting
  const greet = async () => next
  const reach = new KubeletReach({ ca: async () => 'pem', pins, now: () => nowMs, onChange: () => undefined, greet })
  const found: (KubeletWay | undefined)[] = []
  for (const look of looks) {
    nowMs = look.atMs ?? nowMs + 300_000
    next = look.greeting
    await reach.observe([{ ...node, uid: look.uid ?? 'u1' }])
    found.push(reach.way('node1'))
  }
  return found
}

function pinStore(): PinStore {
  const folder = mkdtempSync(join(tmpdir(), 'pins-'))
  after(() => rmSync(folder, { recursive: true }))
  const pins = new PinFile(join(folder, 'pins.json'))
  pins.acceptCommand = (uid) => `unpin ${uid}`
  return pins
}

test('kubelet: a certificate that the CA vouches for is read directly and not pinned; going back to one that nobody vouches for is refused', async () => {
  const pins = pinStore()
  const found = await ways(
    pins,
    { greeting: greeting('aa', true) },
    { greeting: greeting('bb', true) },
    { greeting: greeting('bb') },
    { greeting: greeting('cc', true) },
  )
  const direct = { way: 'direct', pinnedSha256: undefined }
  assert.deepEqual([found[0], found[1], found[3]], [direct, direct, direct])
  assert.equal(found[2]?.way, 'refused')
  assert.match((found[2] as { why: string }).why, /no authority vouches for, as one has since/)
})

test('kubelet: a pinned one that the CA vouches for by now is recorded as such', async () => {
  const found = await ways(
    pinStore(),
    { greeting: greeting('aa') },
    { greeting: greeting('bb', true) },
    { greeting: greeting('aa') },
  )
  assert.deepEqual(
    found.map((way) => way?.way),
    ['direct', 'direct', 'refused'],
  )
})

test('kubelet: with a kubeconfig nothing is pinned; the API server is the way', async () => {
  const [way] = await ways(undefined, { greeting: greeting('aa') })
  assert.equal(way?.way, 'api-server')
})

test('kubelet: the first certificate is pinned, another one is refused, a new node is pinned anew', async () => {
  const found = await ways(
    pinStore(),
    { greeting: greeting('aa') },
    { greeting: greeting('aa') },
    { greeting: greeting('bb') },
    { greeting: greeting('bb'), uid: 'u2' },
  )
  assert.deepEqual(
    found.map((way) => (way?.way === 'direct' ? way.pinnedSha256 : way?.way)),
    ['aa', 'aa', 'refused', 'bb'],
  )
})

test('kubelet: a change after the pinned certificate has expired is pinned anew', async () => {
  const found = await ways(
    pinStore(),
    { greeting: greeting('aa', false, 2 * DAY) },
    { greeting: greeting('bb'), atMs: 3 * DAY },
  )
  assert.deepEqual(found[1], { way: 'direct', pinnedSha256: 'bb' })
})

test('kubelet: one that does not answer is read through the API server', async () => {
  const [way] = await ways(pinStore(), { greeting: { kind: 'unreachable', why: 'EHOSTUNREACH' } })
  assert.deepEqual(way, { way: 'api-server', why: 'it does not answer at 10.0.0.1:10250: EHOSTUNREACH' })
})

test('kubelet: pins outlive the process, and a file that cannot be read is an error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pins-'))
  try {
    const file = join(folder, 'data', 'kubelet-pins.json')
    const pin = { node: 'node1', sha256: 'aa', notAfterMs: 1, sinceMs: 2 }
    new PinFile(file).set('u1', pin)
    assert.deepEqual(new PinFile(file).get('u1'), pin)
    writeFileSync(file, '{')
    assert.throws(() => new PinFile(file), /cannot read the pinned certificates/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('kubelet: while the CA cannot be read nothing is decided; a node that is gone is forgotten', async () => {
  let ca: () => Promise<string> = () => Promise.reject(new Error('the plugin failed'))
  const told: string[] = []
  const reach = new KubeletReach({
    ca: () => ca(),
    pins: undefined,
    onChange: (name, { way }) => told.push(`${name} ${way}`),
    greet: async (_, pem) => greeting('aa', pem === 'pem'),
  })
  await assert.rejects(reach.observe([node]), /the plugin failed/)
  assert.equal(reach.way('node1'), undefined)
  ca = async () => 'pem'
  await reach.observe([node])
  assert.deepEqual(told, ['node1 direct'])
  await reach.observe([])
  assert.deepEqual([...reach.ways()], [])
})

test('kubelet: an IPv6 address is told in brackets', async () => {
  const reach = new KubeletReach({
    ca: async () => '',
    pins: undefined,
    onChange: () => undefined,
    greet: async () => ({ kind: 'unreachable', why: 'ENETUNREACH' }),
  })
  await reach.observe([{ ...node, host: 'fd00::1' }])
  assert.deepEqual(reach.way('node1'), {
    way: 'api-server',
    why: 'it does not answer at [fd00::1]:10250: ENETUNREACH',
  })
})
