import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { guardedLookup, internalKind } from './internal-address.ts'

test('scrape: addresses that no object may lead to are known in every spelling', () => {
  const cases: [string, string | undefined][] = [
    ['127.0.0.1', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['[::1]', 'loopback'],
    ['localhost', 'loopback'],
    ['LOCALHOST.', 'loopback'],
    ['x.localhost', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['[::ffff:a9fe:a9fe]', 'link-local'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['febf::1', 'link-local'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['fd00:ec2::254', 'metadata'],
    ['metadata.google.internal', 'metadata'],
    ['Metadata.Google.Internal.', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['64:ff9b::169.254.169.254', 'link-local'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['::169.254.169.254', 'link-local'],
    ['ff02::1', 'multicast'],
    ['10.0.0.1', undefined],
    ['192.168.1.1', undefined],
    ['fd00::1', undefined],
    ['64:ff9b::8.8.8.8', undefined],
    ['example.com', undefined],
    ['metadata.example.com', undefined],
  ]
  for (const [host, kind] of cases) assert.equal(internalKind(host), kind, host)
})

test('scrape: spellings of 127.0.0.1 that only URLs know are known as well', () => {
  for (const host of ['2130706433', '0x7f.1', '127.1', '0177.0.0.1', '%31%32%37.0.0.1', '①②⑦.0.0.1']) {
    assert.equal(internalKind(new URL(`http://${host}/`).hostname), 'loopback', host)
  }
})

test('scrape: no host makes the check throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4(), fc.domain()), (host) => void internalKind(host)))
})

test('scrape: a name that leads to such an address is refused when it is looked up', async () => {
  const found = await new Promise<string>((resolve) => {
    guardedLookup('localhost', {}, (error, address) => resolve(error?.message ?? String(address)))
  })
  assert.match(
    found,
    /^localhost \((127\.0\.0\.1|::1)\) is a loopback address: objects of a cluster may not lead there$/,
  )
})
