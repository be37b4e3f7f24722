import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostAndPort, isSameHost } from './target-place.ts'

test('place: host and port of a target, with the port of its scheme and IPv6 without brackets', () => {
  const cases = [
    ['http', '10.0.0.1:8080', '10.0.0.1', 8080],
    ['http', '10.0.0.1', '10.0.0.1', 80],
    ['https', 'node1', 'node1', 443],
    ['https', '[FD00:0::1]:10250', 'fd00::1', 10250],
    ['https', '[fd00::1]', 'fd00::1', 443],
  ] as const
  for (const [scheme, address, host, port] of cases) assert.deepEqual(hostAndPort({ scheme, address }), { host, port })
})

test('place: an address is the same however it is written, and no address is none', () => {
  assert.ok(isSameHost('10.0.0.1', '10.0.0.1'))
  assert.ok(isSameHost('fd00:0:0::1', 'fd00::1'))
  assert.ok(!isSameHost('', ''))
  assert.ok(!isSameHost('10.0.0.1', '10.0.0.2'))
  assert.ok(!isSameHost('no:address', 'no:address'))
})
