import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openLog } from '#lib/log'
import { defaultHttpConfig, type HttpConfig } from './http-config.ts'
import { defaultPoolOptions, type PoolConfig, type PoolOptions } from './pool.ts'
import { RecordingAppender } from './recording-appender.ts'
import { ScrapeManager, type ScrapeParts } from './scrape-manager.ts'
import type { ScrapeTarget } from './scrape-target.ts'
import { TargetSets } from './target-sets.ts'

const log = openLog({ level: 'error', format: 'json' })
const TEXT = { 'content-type': 'text/plain; version=0.0.4' }

async function listen(t: TestContext, server: Server | TcpServer): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const file = (name: string) => join(import.meta.dirname, 'testdata', name)

const http = (t: TestContext, handler: RequestListener) => listen(t, createServer(handler))
const tcp = (t: TestContext, handler: (socket: Socket) => void) =>
  listen(
    t,
    createTcpServer((socket) => socket.on('error', () => socket.destroy()).once('data', () => handler(socket))),
  )

function pool(name: string, targets: readonly string[], options: Partial<PoolOptions> = {}): PoolConfig {
  return {
    name,
    groups: [{ targets, labels: {} }],
    options: { ...defaultPoolOptions, intervalMs: 100, timeoutMs: 90, ...options },
  }
}

const local = (source: string) => ({ source, address: source, labels: { kind: 'own' } })

function start(t: TestContext, local?: ScrapeParts['local']) {
  const appender = new RecordingAppender()
  const manager = new ScrapeManager({ appender, log, local })
  const sets = new TargetSets({ log, send: async (change) => manager.apply(change) })
  t.after(() => manager.stop())
  const apply = (pools: readonly PoolConfig[]) => {
    sets.setPools(pools)
    return sets.settled()
  }
  return { appender, manager, sets, apply }
}

async function until(what: () => boolean, text: () => string): Promise<void> {
  for (let tries = 0; !what(); tries++) {
    if (tries > 1000) assert.fail(text())
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Scrapes until no target's health is unknown; its errors, without ports. */
async function errorsOf(manager: ScrapeManager): Promise<string[]> {
  await until(
    () => manager.targets().every(({ health }) => health !== 'unknown'),
    () => 'some target was never scraped',
  )
  return manager.targets().map(({ lastError }) => lastError.replaceAll(/127\.0\.0\.1:\d+/g, 'target'))
}

test('scrape: samples, up and scrape_* come in one commit, on a grid of the interval', async (t) => {
  let hits = 0
  const target = await http(t, (request, response) => {
    hits++
    assert.match(
      String(request.headers.accept),
      /^application\/openmetrics-text;version=1\.0\.0;escaping=allow-utf-8;q=0\.6,/,
    )
    response.writeHead(200, TEXT).end(hits < 3 ? 'a 1\nb 2\n' : 'a 1\n')
  })
  const { appender, manager, apply } = start(t)
  await apply([pool('job', [target])])
  await until(
    () => appender.commits.length >= 4,
    () => JSON.stringify(manager.targets()),
  )
  await manager.stop()
  const names = [...appender.last().keys()].map((key) => String(JSON.parse(key).__name__))
  assert.deepEqual(names, [
    'a',
    'up',
    'scrape_duration_seconds',
    'scrape_samples_scraped',
    'scrape_samples_post_metric_relabeling',
    'scrape_series_added',
  ])
  const stale = appender.commits.flat().filter(({ value }) => value === 'stale')
  assert.deepEqual(
    stale.map(({ key }) => JSON.parse(key)),
    [{ __name__: 'b', instance: target, job: 'job' }],
  )
  const times = appender.commits.map(([first]) => first.timeMs)
  for (const [i, time] of times.entries())
    assert.ok(i === 0 || (time - times[i - 1]) % 100 <= 20 || (time - times[i - 1]) % 100 >= 80)
})

test('scrape: targets that fail are told apart in words, and disturb nothing else', async (t) => {
  const chunk = Buffer.alloc(1 << 20, 'x')
  const flood = (socket: Socket, head: string) => {
    socket.write(head)
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    }
    socket.on('drain', more)
    more()
  }
  const good = await http(t, (_, response) => response.writeHead(200, TEXT).end('good 1\n'))
  const cases: [string, string][] = [
    [
      await http(t, (_, r) => r.writeHead(200, TEXT).end('good 1\n\x01\xff garbage')),
      'line 2, column 1: expected a metric name, got "\\u0001"',
    ],
    [
      await http(t, (_, r) => r.writeHead(200, TEXT).end(Buffer.from('a{b="\xff"} 1\n', 'latin1'))),
      'line 1, column 6: invalid UTF-8 label value',
    ],
    [await http(t, () => {}), 'timed out after 0.9 s while waiting for headers'],
    [await http(t, (_, r) => r.writeHead(200, TEXT).write('a 1\n')), 'timed out after 0.9 s while reading the body'],
    [await http(t, (_, r) => r.writeHead(500).end('oops')), 'server returned HTTP status 500 Internal Server Error'],
    [
      await http(t, (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
      'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
    ],
    [
      await http(t, (_, r) => r.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end('not gzip')),
      'the body is not valid gzip: incorrect header check',
    ],
    [
      await http(t, (_, r) =>
        r.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20 << 20, '\n'))),
      ),
      'body exceeds body_size_limit of 10 MiB when inflated',
    ],
    [
      await tcp(t, (s) => flood(s, 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n')),
      'target: body exceeds body_size_limit of 10 MiB',
    ],
    [await tcp(t, (s) => flood(s, 'HTTP/1.1 200 OK\r\nX: ')), 'target: the headers are longer than 64 KiB'],
    [
      await tcp(t, (s) => s.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\na 1')),
      'target: the connection ended in the middle of the body',
    ],
    [await tcp(t, (s) => s.end()), 'target: the connection ended before an answer'],
    [await tcp(t, (s) => s.resetAndDestroy()), 'target: connection reset by the target'],
    ['127.0.0.1:1', 'target: connection refused'],
  ]
  const { appender, manager, apply } = start(t)
  const options = { intervalMs: 1000, timeoutMs: 900, bodyLimitBytes: 10 << 20 }
  await apply([
    pool(
      'bad',
      cases.map(([address]) => address),
      options,
    ),
    pool('good', [good]),
  ])
  assert.deepEqual(await errorsOf(manager), [...cases.map(([, text]) => text), ''])
  const commits = appender.commits.filter((commit) =>
    commit.some(({ key, value }) => key.includes('"bad"') && value !== 'stale'),
  )
  for (const commit of commits) for (const { key } of commit) assert.ok(!key.includes('"good"'), key)
  const goods = appender.commits.filter((commit) => commit.some(({ key }) => key.includes('"good"')))
  assert.ok(goods.length >= 6, `the good target was scraped ${goods.length} times`)
})

test('scrape: gzip, kept connections, redirects and localhost work', async (t) => {
  let connections = 0
  const server = createServer((request, response) => {
    if (request.url === '/old') response.writeHead(302, { location: '/metrics?x=1' }).end()
    else if (request.headers['accept-encoding'] === 'gzip') {
      response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end(gzipSync('zipped 1\n'))
    } else response.writeHead(200, TEXT).end('plain 1\n')
  })
  server.on('connection', () => connections++)
  const address = await listen(t, server)
  const { appender, manager, apply } = start(t)
  const unhurried = { intervalMs: 500, timeoutMs: 490 }
  await apply([
    pool('gzip', [address], unhurried),
    pool('moved', [address], { metricsPath: '/old', ...unhurried }),
    pool('name', [address.replace('127.0.0.1', 'localhost')], { compression: false, ...unhurried }),
  ])
  await until(
    () => appender.commits.length >= 12,
    () => JSON.stringify(manager.targets()),
  )
  assert.deepEqual(
    manager.targets().map(({ lastError }) => lastError),
    ['', '', ''],
  )
  assert.ok(connections <= 5, `${connections} connections`)
  assert.ok(!manager.targets()[2].globalUrl.includes('localhost'))
})

test('scrape: a failing target and a removed one end all their series', async (t) => {
  let isBroken = false
  const target = await http(t, (_, response) => response.writeHead(isBroken ? 503 : 200, TEXT).end('a 1\n'))
  const { appender, manager, apply } = start(t)
  await apply([pool('job', [target])])
  await until(
    () => appender.commits.length >= 1,
    () => 'no scrape',
  )
  isBroken = true
  await until(
    () => manager.targets()[0].health === 'down',
    () => 'never down',
  )
  const name = `{"__name__":"a","instance":"${target}","job":"job"}`
  const failed = appender.last()
  assert.equal(failed.get(name), 'stale')
  assert.equal(failed.get(name.replace('"a"', '"up"')), 0)
  isBroken = false
  await until(
    () => manager.targets()[0].health === 'up',
    () => 'never up again',
  )
  await apply([])
  await until(
    () => appender.last().get(name.replace('"a"', '"up"')) === 'stale',
    () => 'no stale markers',
  )
  assert.equal(appender.last().get(name), 'stale')
  assert.deepEqual(manager.targets(), [])
  assert.ok(appender.groups.every((group) => group.isClosed))
})

test('scrape: a local target needs no HTTP, and a late one is abandoned', async (t) => {
  const { appender, manager, apply } = start(t, (name) =>
    name === 'self'
      ? Promise.resolve({ body: Buffer.from('a 1\n'), contentType: 'text/plain' })
      : new Promise(() => {}),
  )
  await apply([{ ...pool('own', []), local: [local('self'), local('late')] }])
  assert.deepEqual(await errorsOf(manager), ['', 'timed out after 0.09 s while waiting for it'])
  assert.ok(
    appender.commits.flat().some(({ key }) => key === '{"__name__":"a","instance":"self","job":"own","kind":"own"}'),
  )
})

test('scrape: more targets than target_limit fail all, with the reason', async (t) => {
  const { manager, apply } = start(t)
  await apply([pool('job', ['127.0.0.1:1', '127.0.0.1:2'], { targetLimit: 1 })])
  for (const error of await errorsOf(manager))
    assert.equal(error, 'target_limit exceeded (number of targets: 2, limit: 1)')
})

test('scrape: a target with other options or another way goes on with its series', async (t) => {
  const target = await http(t, (_, response) => response.writeHead(200, TEXT).end('a 1\n'))
  const { appender, manager, apply } = start(t)
  await apply([pool('job', [target])])
  await until(
    () => appender.commits.length > 0,
    () => 'no scrape',
  )
  await apply([pool('job', [target], { honorLabels: true })])
  const before = appender.commits.length
  await until(
    () => appender.commits.length > before + 1 && manager.targets()[0].health === 'up',
    () => 'no scrape with the new options',
  )
  assert.equal(manager.targets().length, 1)
  assert.ok(appender.commits.flat().every(({ value }) => value !== 'stale'))
})

test('scrape: the targets of one namespace share a limit of samples', async (t) => {
  const body = (_: unknown, response: ServerResponse) => response.writeHead(200, TEXT).end('a 1\nb 2\nc 3\n')
  const [one, two, other] = [await http(t, body), await http(t, body), await http(t, body)]
  const appender = new RecordingAppender()
  const manager = new ScrapeManager({ appender, log })
  t.after(() => manager.stop())
  const setup = { setup: 1, pool: 'p', options: pool('p', []).options }
  const add = [one, two, other].map((address): ScrapeTarget => ({
    id: address,
    setup: 1,
    pairs: ['instance', address],
    url: `http://${address}/`,
    shownUrl: '',
    source: undefined,
    intervalMs: 100,
    timeoutMs: 90,
    mistake: '',
    namespace: address === other ? 'y' : 'x',
    pinnedSha256: '',
  }))
  manager.apply({ setups: [setup], add, remove: [], goneSetups: [], namespaceSampleLimit: 5 })
  const errors = await errorsOf(manager)
  const why = 'sample limit of namespace "x" exceeded (limit: 5 over all of its targets)'
  assert.deepEqual(errors.toSorted(), ['', '', why])
  assert.equal(errors[2], '')
  const gone = add[errors[0] === '' ? 0 : 1].id
  manager.apply({ setups: [], add: [], remove: [gone], goneSetups: [], namespaceSampleLimit: 5 })
  await until(
    () => manager.targets().every(({ health }) => health === 'up'),
    () => JSON.stringify(manager.targets()),
  )
})

test('scrape: a store that refuses a commit loses the scrape, and says so', async (t) => {
  const target = await http(t, (_, response) => response.writeHead(200, TEXT).end('a 1\n'))
  const { appender, manager, apply } = start(t)
  await apply([pool('job', [target])])
  appender.groups[0].accepts = false
  assert.match((await errorsOf(manager))[0], /the store refused the scrape/)
  appender.groups[0].accepts = true
  await until(
    () => appender.commits.length > 0,
    () => 'never accepted',
  )
  assert.equal(appender.last().size, 6)
})

test('scrape: TLS is verified, with an authority of its own or not at all as the configuration says', async (t) => {
  const keys = { key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) }
  const server = createTlsServer(keys, (request, response) => {
    response.writeHead(request.headers.authorization === 'Basic dTpw' ? 200 : 401, TEXT).end('a 1\n')
  })
  const address = await listen(t, server)
  const { manager, apply } = start(t)
  const tls = (name: string, config: Partial<NonNullable<HttpConfig['tls_config']>>) => {
    const none = { ca: '', ca_file: '', cert: '', cert_file: '', key: '', key_file: '', server_name: '' }
    const basic = { username: 'u', username_file: '', password: 'p', password_file: '' }
    const tlsConfig = {
      ...none,
      insecure_skip_verify: false,
      min_version: undefined,
      max_version: undefined,
      ...config,
    }
    const http = { ...defaultHttpConfig, basic_auth: basic, tls_config: tlsConfig }
    return pool(name, [address], { scheme: 'https', intervalMs: 1000, timeoutMs: 900, http })
  }
  await apply([
    tls('trusted', { ca_file: file('cert.pem') }),
    tls('unverified', { insecure_skip_verify: true }),
    tls('foreign', {}),
    tls('missing', { ca_file: '/nonexistent/ca.pem' }),
  ])
  const [trusted, unverified, foreign, missing] = await errorsOf(manager)
  assert.deepEqual([trusted, unverified], ['', ''])
  assert.equal(foreign, 'target: the certificate is self-signed: give ca_file, or insecure_skip_verify')
  assert.match(missing, /cannot read \/nonexistent\/ca\.pem/)
})
