import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KubeStatusError, type KubeApi, type KubeRequest } from '#lib/kube'
import { Remembered } from './remembered.ts'
import { Reviewer, ReviewUnavailableError } from './reviewer.ts'

/** An API server that answers reviews as the test says, and remembers what it was asked. */
function reviews(answer: (path: string, spec: Record<string, unknown>) => object) {
  const asked: string[] = []
  const json = async (path: string, { body }: KubeRequest = {}) => {
    const { spec } = body as { spec: Record<string, unknown> }
    asked.push(`${path.split('/').at(-1)} ${JSON.stringify(spec)}`)
    return { status: answer(path, spec) }
  }
  return { asked, api: { json } as unknown as KubeApi }
}

const ada = { username: 'ada', uid: '1', groups: ['dev'], extra: {} }

test('reviewer: a valid token is a user, another one nobody, and each is asked for once a minute', async () => {
  let nowMs = 0
  const { api, asked } = reviews((_, { token }) => (token === 'good' ? { authenticated: true, user: ada } : {}))
  const reviewer = new Reviewer(api, { now: () => nowMs })
  const both = await Promise.all([reviewer.authenticate('good'), reviewer.authenticate('good')])
  assert.deepEqual(both, [ada, ada])
  assert.equal(await reviewer.authenticate('bad'), undefined)
  assert.equal(asked.length, 2)
  nowMs = 60_000
  await reviewer.authenticate('good')
  assert.equal(asked.length, 3)
})

test('reviewer: the question is asked in the words of a SubjectAccessReview', async () => {
  const { api, asked } = reviews(() => ({ allowed: true }))
  const reviewer = new Reviewer(api)
  assert.equal(await reviewer.isAllowed(ada, { verb: 'get', group: '', resource: 'pods', namespace: 'shop' }), true)
  assert.equal(await reviewer.isAllowed(ada, { verb: 'get', path: '/metrics' }), true)
  const who = '"user":"ada","uid":"1","groups":["dev"],"extra":{}'
  assert.deepEqual(asked, [
    `subjectaccessreviews {${who},"resourceAttributes":{"verb":"get","group":"","resource":"pods","namespace":"shop"}}`,
    `subjectaccessreviews {${who},"nonResourceAttributes":{"path":"/metrics","verb":"get"}}`,
  ])
})

test('reviewer: users who differ in anything are asked about apart', async () => {
  const { api } = reviews((_, { groups }) => ({ allowed: (groups as string[]).includes('dev') }))
  const reviewer = new Reviewer(api)
  const question = { verb: 'get', group: '', resource: 'pods' }
  assert.equal(await reviewer.isAllowed(ada, question), true)
  assert.equal(await reviewer.isAllowed({ ...ada, groups: [] }, question), false)
})

test('reviewer: what could not be asked is an error in words, and is asked again', async () => {
  let fails = true
  const { api } = reviews(() => {
    if (fails) throw new KubeStatusError(403, 'Forbidden', 'no')
    return { authenticated: true, user: ada }
  })
  const reviewer = new Reviewer(api)
  await assert.rejects(reviewer.authenticate('good'), (error) => {
    assert.ok(error instanceof ReviewUnavailableError)
    assert.match(error.message, /grant the verb create on tokenreviews\.authentication\.k8s\.io/)
    assert.doesNotMatch(error.message, /good/)
    return true
  })
  fails = false
  assert.deepEqual(await reviewer.authenticate('good'), ada)
})

test('reviewer: at most so much is remembered, and the oldest is forgotten first', async () => {
  const remembered = new Remembered<number>(1000, 2, () => 0)
  for (const n of [1, 2, 3]) await remembered.get(`${n}`, async () => n)
  assert.equal(remembered.size, 2)
  assert.equal(await remembered.get('3', async () => 30), 3)
  assert.equal(await remembered.get('1', async () => 10), 10)
})
