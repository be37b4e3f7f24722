import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { kubernetesSdSchema } from './config.ts'

const mistakes: readonly [title: string, input: unknown, text: string][] = [
  ['no role', {}, 'role missing'],
  ['an empty role', { role: '' }, 'role missing (one of: pod, service, endpoints, endpointslice, node, ingress)'],
  ['an unknown role', { role: 'pods' }, 'unknown Kubernetes SD role "pods"'],
  [
    'two ways to log in',
    { role: 'pod', api_server: 'https://a', authorization: { credentials: 'x' }, basic_auth: { username: 'u' } },
    'at most one of basic_auth, oauth2 & authorization must be configured',
  ],
  [
    'a token twice',
    { role: 'node', api_server: 'https://a', bearer_token: '1', bearer_token_file: 'f' },
    'at most one of bearer_token & bearer_token_file must be configured',
  ],
  [
    'a login without a server',
    { role: 'pod', authorization: { credentials: 'x' } },
    "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
  ],
  [
    'two clusters',
    { role: 'pod', api_server: 'https://a', kubeconfig_file: 'f' },
    "cannot use 'kubeconfig_file' and 'api_server' simultaneously",
  ],
  [
    'a kubeconfig with a login',
    { role: 'pod', kubeconfig_file: 'f', basic_auth: { username: 'u' } },
    "cannot use a custom HTTP client configuration together with 'kubeconfig_file'",
  ],
  [
    'a kubeconfig with its own namespace',
    { role: 'pod', kubeconfig_file: 'f', namespaces: { own_namespace: true } },
    "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously",
  ],
  [
    'a server with its own namespace',
    { role: 'pod', api_server: 'https://a', namespaces: { own_namespace: true } },
    "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously",
  ],
  [
    'a role twice',
    { role: 'endpoints', selectors: [{ role: 'pod' }, { role: 'pod' }] },
    'duplicated selector role: pod',
  ],
  [
    'a selector of another role',
    { role: 'endpoints', selectors: [{ role: 'node' }] },
    'endpoints role supports only pod, service, endpoints selectors',
  ],
  [
    'a field selector without a comparison',
    { role: 'endpoints', selectors: [{ role: 'pod', field: 'metadata.status-Running' }] },
    "invalid selector: 'metadata.status-Running'; can't understand 'metadata.status-Running'",
  ],
  ['a broken label selector', { role: 'pod', selectors: [{ role: 'pod', label: 'a in (b' }] }, "expected ')'"],
  ['an unknown field', { role: 'pod', namespaces: { foo: 'bar' } }, 'foo'],
]

for (const [title, input, text] of mistakes) {
  test(`discovery config: refuses ${title}`, () => {
    const result = v.safeParse(kubernetesSdSchema, input)
    assert.ok(!result.success)
    assert.ok(result.issues[0].message.includes(text), result.issues[0].message)
  })
}

test('discovery config: takes pods by the labels of their nodes, and fills in what is left out', () => {
  const selectors = [{ role: 'node', label: 'foo in (bar,baz)', field: 'metadata.status=Running' }]
  const config = v.parse(kubernetesSdSchema, { role: 'pod', selectors, namespaces: null })
  assert.deepEqual(config.namespaces, { own_namespace: false, names: [] })
  assert.deepEqual(config.attach_metadata.cronjob, false)
})
