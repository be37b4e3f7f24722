import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from './api.ts'
import { isLetIn, shortUser, signInTrouble } from './session.ts'

const nobody = {
  auth: 'kubernetes' as const,
  user: '',
  reads: 'nothing' as const,
  cluster: false,
  namespaces: [],
  apiServerDownSinceMs: 0,
  readsUntilMs: 0,
}

test('session: a page is shown to whoever has signed in, and to everyone where nobody needs to', () => {
  assert.equal(isLetIn(nobody), false)
  assert.equal(isLetIn({ ...nobody, user: 'ada' }), true)
  assert.equal(isLetIn({ ...nobody, auth: 'none' }), true)
})

test('session: a service account is called by its name', () => {
  assert.deepEqual(shortUser('system:serviceaccount:shop:viewer'), { name: 'viewer', namespace: 'shop' })
  assert.deepEqual(shortUser('ada@example.org'), { name: 'ada@example.org', namespace: '' })
})

test('session: each refusal has its own sentence', () => {
  const troubles = [
    new ApiError(401, 'unauthorized', 'this token is not valid'),
    new ApiError(403, 'forbidden', 'this user may see nothing here'),
    new ApiError(403, 'forbidden', 'a token is not taken over plain HTTP'),
    new ApiError(429, 'too_many_requests', 'too many'),
    new ApiError(503, 'unavailable', 'it cannot be asked'),
    new TypeError('failed to fetch'),
  ].map(signInTrouble)
  assert.deepEqual(troubles, ['wrong', 'nothing', 'plain', 'wait', 'away', 'other'])
})
