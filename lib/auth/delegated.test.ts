import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { KubeApi } from '#lib/kube'
import { authenticate, isPermitted } from './delegated.ts'
import { readAuthenticationConfig } from './request-headers.ts'
import { Reviewer } from './reviewer.ts'

const pem = (name: string) => readFileSync(join(import.meta.dirname, '../kube/testdata', `${name}.pem`), 'utf8')
const certificate = new X509Certificate(pem('client'))
const name = /CN=(.*)/.exec(certificate.subject)?.[1] ?? ''

const config = {
  clientCa: '',
  proxyCa: pem('ca'),
  proxyNames: [name],
  usernameHeaders: ['X-Remote-User'],
  uidHeaders: ['X-Remote-Uid'],
  groupHeaders: ['X-Remote-Group'],
  extraPrefixes: ['X-Remote-Extra-'],
}
const headers = {
  'x-remote-user': ['ada'],
  'x-remote-uid': ['7'],
  'x-remote-group': ['dev', 'system:authenticated'],
  'x-remote-extra-example.org%2fscopes': ['a', 'b'],
}
const ada = {
  username: 'ada',
  uid: '7',
  groups: ['dev', 'system:authenticated'],
  extra: { 'example.org/scopes': ['a', 'b'] },
}

/** Knows the token `good`, and permits what is asked of ada. */
const reviewer = new Reviewer({
  json: async (_: string, { body }: { body: { spec: { token?: string; user?: string } } }) =>
    body.spec.token === undefined
      ? { status: { allowed: body.spec.user === 'ada' } }
      : { status: { authenticated: body.spec.token === 'good', user: ada } },
} as unknown as KubeApi)

test('delegated: the headers of the front proxy are believed from its certificate alone', async () => {
  assert.deepEqual(await authenticate({ certificate, headers }, config, reviewer), ada)
  assert.equal(
    (await authenticate({ certificate: undefined, headers }, config, reviewer))?.username,
    'system:anonymous',
  )
  const others = [
    { ...config, proxyNames: ['another'] },
    { ...config, proxyCa: pem('other-ca'), clientCa: pem('ca') },
  ]
  assert.equal(await authenticate({ certificate, headers }, others[0], reviewer), undefined)
  assert.equal((await authenticate({ certificate, headers }, others[1], reviewer))?.username, name)
  assert.deepEqual(await authenticate({ certificate, headers }, { ...config, proxyNames: [] }, reviewer), ada)
})

test('delegated: a token is reviewed, and one that is not valid is nobody', async () => {
  const withToken = (authorization: string) =>
    authenticate({ certificate: undefined, headers: { authorization: [authorization] } }, config, reviewer)
  assert.deepEqual(await withToken('Bearer good'), ada)
  assert.equal(await withToken('Bearer bad'), undefined)
  assert.equal(await withToken('Basic YTpi'), undefined)
})

test('delegated: whoever is known belongs to those who are, as the aggregator does that names no group', async () => {
  const aggregator = { 'x-remote-user': ['system:aggregator'] }
  const user = await authenticate({ certificate, headers: aggregator }, config, reviewer)
  assert.deepEqual(user?.groups, ['system:authenticated'])
})

test('delegated: administrators are permitted without a question', async () => {
  const question = { verb: 'list', group: 'metrics.k8s.io', resource: 'pods' }
  const admin = { username: 'x', uid: '', groups: ['system:masters'], extra: {} }
  assert.deepEqual(
    await Promise.all([admin, ada, { ...ada, username: 'bob' }].map((user) => isPermitted(user, question, reviewer))),
    [true, true, false],
  )
})

test('delegated: what the API server says of its proxy is read, and a missing right is named', async () => {
  const data = {
    'requestheader-allowed-names': '["front"]',
    'requestheader-username-headers': '["X-Remote-User"]',
    'requestheader-client-ca-file': 'PEM',
  }
  const read = await readAuthenticationConfig({ json: async () => ({ data }) } as unknown as KubeApi)
  assert.deepEqual([read.proxyNames, read.proxyCa, read.groupHeaders], [['front'], 'PEM', []])
})
