import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onlyNamespaces, type Scope } from '#lib/storage'
import type { AdminParts, DeleteRequest } from './admin-routes.ts'
import { ApiError } from './error.ts'
import { createServer } from './server.ts'

/** A server whose admin API writes down what it is asked; `may`: whether its users may change something. */
async function newServer(isEnabled: boolean, may = true) {
  const asked: string[] = []
  const admin: AdminParts = {
    isEnabled,
    deleteSeries: async (scope: Scope, { matcherSets, startMs, endMs }: DeleteRequest) => {
      const sets = matcherSets.map((list) => list.map(({ name, op, value }) => `${name}${op}${value}`).join())
      asked.push(`delete ${scope.kind} ${sets.join(' | ')} ${startMs} ${endMs}`)
    },
    cleanTombstones: async () => void asked.push('clean'),
    snapshot: async (skipHead) => (asked.push(`snapshot ${skipHead}`), '20260102T030405Z-00'),
  }
  const server = await createServer({
    hostNames: [],
    admission: {
      needOf: (url) => (url.includes('/admin/') ? 'change' : 'open'),
      scopeOf: async () => onlyNamespaces(['shop']),
      permitChange: async () => {
        if (!may) throw new ApiError('forbidden', 'not you')
      },
    },
    read: () => Promise.reject(new Error('not asked for here')),
    status: {},
    admin,
    ui: {},
    raw: {},
    isReady: () => true,
    application: { page: () => '', assets: import.meta.dirname },
    onStream: () => () => undefined,
    onRequest: () => undefined,
  })
  const send = async (path: string, method: 'POST' | 'PUT' | 'GET' = 'POST', body?: string) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const url = `/api/v1/admin/tsdb/${path}`
    const answer = await server.inject({
      url,
      method,
      headers: { host: 'localhost', ...(body === undefined ? {} : form) },
      ...(body === undefined ? {} : { payload: body }),
    })
    return `${answer.statusCode} ${answer.body}`
  }
  return { asked, send, server }
}

const error = (status: number, errorType: string, text: string) =>
  `${status} ${JSON.stringify({ status: 'error', errorType, error: text })}`

test('admin: series are deleted by selectors and times, from the address or a form, within the scope', async () => {
  const { asked, send, server } = await newServer(true)
  assert.equal(await send('delete_series?match[]=up&match[]={a=~"b.*"}&start=1&end=2.5'), '204 ')
  assert.equal(await send('delete_series', 'PUT', 'match[]=up'), '204 ')
  assert.deepEqual(asked, [
    'delete namespaces __name__=up | a=~b.* 1000 2500',
    `delete namespaces __name__=up ${-Number.MAX_SAFE_INTEGER} ${Number.MAX_SAFE_INTEGER}`,
  ])
  await server.close()
})

test('admin: snapshots tell their name, cleaning nothing', async () => {
  const { asked, send, server } = await newServer(true)
  assert.equal(await send('snapshot'), '200 {"status":"success","data":{"name":"20260102T030405Z-00"}}')
  assert.equal((await send('snapshot?skip_head=true', 'PUT')).slice(0, 3), '200')
  assert.equal(await send('clean_tombstones'), '204 ')
  assert.deepEqual(asked, ['snapshot false', 'snapshot true', 'clean'])
  await server.close()
})

test('admin: what makes no sense is refused in Prometheus’ words, and nothing is done', async () => {
  const { asked, send, server } = await newServer(true)
  assert.equal(await send('delete_series'), error(400, 'bad_data', 'no match[] parameter provided'))
  assert.match(
    await send('delete_series?match[]=up&match[]={'),
    /^400 .*invalid parameter \\"match\[\]\\": 1:2: parse error/,
  )
  assert.match(await send('delete_series?match[]=up&start=x'), /invalid time value for 'start'/)
  const why = 'unable to parse boolean: strconv.ParseBool: parsing "maybe": invalid syntax'
  assert.equal(await send('snapshot?skip_head=maybe'), error(400, 'bad_data', `invalid parameter "skip_head": ${why}`))
  assert.equal((await send('snapshot', 'GET')).slice(0, 3), '404')
  assert.deepEqual(asked, [])
  await server.close()
})

test('admin: it is off unless enabled, and only for whoever may change something', async () => {
  for (const [isEnabled, may, expected] of [
    [false, true, error(503, 'unavailable', 'admin APIs disabled')],
    [true, false, error(403, 'forbidden', 'not you')],
  ] as const) {
    const { asked, send, server } = await newServer(isEnabled, may)
    for (const path of ['delete_series?match[]=up', 'clean_tombstones', 'snapshot'])
      assert.equal(await send(path), expected)
    assert.deepEqual(asked, [])
    await server.close()
  }
})
