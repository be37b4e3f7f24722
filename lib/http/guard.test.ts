import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { Guard, type GuardedRequest } from './guard.ts'

const guard = new Guard(['Monitor.example'])
const check = (headers: GuardedRequest['headers'], method = 'GET', isWebSocket = false) =>
  guard.check({ method, headers, isWebSocket })?.status

test('guard: a Host that is an address or a name of ours may pass, another name is refused', () => {
  const ours = [
    '127.0.0.1',
    '127.0.0.1:9090',
    '10.1.2.3:80',
    '[::1]',
    '[::1]:9090',
    '[FE80::1]:9090',
    'localhost:9090',
    'LocalHost.',
    'localhost.:9090',
    'a.localhost:1',
    'monitor.example',
    'MONITOR.EXAMPLE:9090',
    hostname(),
    `${hostname().toUpperCase()}:9090`,
  ]
  for (const host of ours) assert.equal(check({ host }), undefined, host)
  const foreign = [
    'evil.example',
    'evil.example:9090',
    'localhost.evil.example',
    'xlocalhost',
    'monitor.example.evil',
    '127.0.0.1.evil.example',
    'user@localhost',
    'localhost:abc',
    '[::1',
    '',
  ]
  for (const host of foreign) assert.equal(check({ host }), 421, host)
  assert.equal(check({}), 421)
})

test('guard: programs need no Origin, also to change something', () => {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
    assert.equal(check({ host: 'localhost:9090' }, method), undefined)
})

test('guard: what comes from a browser and changes something needs an Origin of our own', () => {
  const host = 'localhost:9090'
  assert.equal(check({ host, origin: 'http://localhost:9090' }, 'POST'), undefined)
  assert.equal(check({ host, origin: 'https://LOCALHOST:9090' }, 'POST'), undefined)
  assert.equal(check({ host, origin: 'http://evil.example' }, 'GET'), undefined)
  const foreign = ['http://localhost:8080', 'http://evil.example', 'null', 'file://', 'ftp://localhost:9090', 'x']
  for (const origin of foreign) assert.equal(check({ host, origin }, 'POST'), 403, origin)
  assert.equal(check({ host, cookie: 'a=b' }, 'POST'), 403)
  assert.equal(check({ host, 'sec-fetch-site': 'cross-site' }, 'DELETE'), 403)
  assert.equal(check({ host: 'localhost', origin: 'http://localhost:80' }, 'POST'), undefined)
})

test('guard: every WebSocket needs an Origin of our own', () => {
  assert.equal(check({ host: '127.0.0.1:9090' }, 'GET', true), 403)
  assert.equal(check({ host: '127.0.0.1:9090', origin: 'http://127.0.0.1:9090' }, 'GET', true), undefined)
  assert.equal(check({ host: '[::1]:9090', origin: 'http://[::1]:9090' }, 'GET', true), undefined)
})

test('guard: a Host that makes no URL is answered, not thrown at', () => {
  assert.equal(check({ host: 'localhost:99999', origin: 'http://localhost:9' }, 'POST'), 403)
})
