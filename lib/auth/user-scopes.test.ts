import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeApi } from '#lib/kube'
import { everything, onlyNamespaces } from '#lib/storage'
import { Reviewer } from './reviewer.ts'
import { UserScopes } from './user-scopes.ts'

const user = { username: 'ada', uid: '1', groups: [], extra: {} }

interface Attributes {
  readonly resource: string
  readonly group: string
  readonly namespace?: string
}

/** A user who may do these: `pods`, `pods/NAMESPACE`, `cluster`. */
function scopes(...rights: string[]) {
  let asked = 0
  const json = async (_: string, { body }: { body: { spec: { resourceAttributes: Attributes } } }) => {
    asked++
    const { resource, namespace } = body.spec.resourceAttributes
    return { status: { allowed: rights.includes(namespace === undefined ? resource : `${resource}/${namespace}`) } }
  }
  const reviewer = new Reviewer({ json } as unknown as KubeApi)
  const read = new UserScopes(reviewer, () => ['bank', 'shop', 'zoo'])
  return { read: () => read.of(user), asked: () => asked }
}

test('user scopes: a valid user without rights reads nothing', async () => {
  assert.deepEqual(await scopes().read(), onlyNamespaces([]))
})

test('user scopes: everything takes pods everywhere and what belongs to no namespace', async () => {
  assert.deepEqual(await scopes('pods', 'cluster').read(), everything)
  assert.deepEqual(await scopes('pods').read(), onlyNamespaces(['bank', 'shop', 'zoo']))
  assert.deepEqual(await scopes('cluster').read(), onlyNamespaces([], true))
})

test('user scopes: the namespaces in which they may get pods, asked once a minute', async () => {
  const { read, asked } = scopes('pods/shop', 'pods/zoo')
  assert.deepEqual(await read(), onlyNamespaces(['shop', 'zoo']))
  assert.deepEqual(await read(), onlyNamespaces(['shop', 'zoo']))
  assert.equal(asked(), 5)
})
