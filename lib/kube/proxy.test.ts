import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyFor } from './proxy.ts'

test('proxy: the environment is read as Go reads it', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['https://api.example.com:6443', '', 'http://p:1'],
    ['https://api.example.com:6443', 'example.com', ''],
    ['https://api.example.com:6443', '.example.com', ''],
    ['https://example.com', '.example.com', 'http://p:1'],
    ['https://badexample.com', 'example.com', 'http://p:1'],
    ['https://api.example.com:6443', 'example.com:443', 'http://p:1'],
    ['https://api.example.com', 'example.com:443', ''],
    ['https://10.96.0.1', '10.0.0.0/8', ''],
    ['https://10.96.0.1', '10.97.0.0/16, 10.96.0.1', ''],
    ['https://11.0.0.1', '10.0.0.0/8', 'http://p:1'],
    ['https://[fd00::1]', 'fd00::/8', ''],
    ['https://[fd00::1]', 'fd00::1', ''],
    ['https://a', '*', ''],
    ['https://a', '10.0.0.0/99, /8, a/b', 'http://p:1'],
    ['https://localhost:6443', '', ''],
    ['https://127.0.0.1:6443', '', ''],
    ['http://a', '', ''],
  ]
  for (const [url, none, expected] of cases)
    assert.equal(proxyFor(new URL(url), { HTTPS_PROXY: 'p:1', NO_PROXY: none }), expected, `${url} ${none}`)
  assert.equal(proxyFor(new URL('http://a'), { http_proxy: 'http://q' }), 'http://q')
})
