import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ClusterAccess, ExecPlugin } from './cluster-access.ts'
import { Credentials } from './credentials.ts'
import { runExecPlugin } from './exec-credential.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-exec-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function pluginOf(t: TestContext, script: string, more: Partial<ExecPlugin> = {}): ExecPlugin {
  const command = join(folderOf(t), 'plugin')
  writeFileSync(command, `#!/bin/sh\n${script}\n`)
  chmodSync(command, 0o755)
  return {
    command,
    args: ['a b'],
    env: [{ name: 'OF_US', value: '1' }],
    apiVersion: 'client.authentication.k8s.io/v1',
    installHint: 'brew it',
    place: 'config:3:5',
    ...more,
  }
}

const answer = (status: string) =>
  `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":${status}}'`
const env = { PATH: process.env.PATH, OUTER: '2' }

async function failure(plugin: ExecPlugin, limitMs = 10_000): Promise<string> {
  try {
    await runExecPlugin(plugin, env, limitMs)
  } catch (error) {
    return (error as Error).message.replace(plugin.command, 'plugin')
  }
  return 'none'
}

test('exec credential: the plugin is told what kubectl tells it, and its answer is read', async (t) => {
  const file = join(folderOf(t), 'seen')
  const plugin = pluginOf(
    t,
    `echo "$1 $OF_US $OUTER $KUBERNETES_EXEC_INFO" > ${file}; ${answer('{"token":"t","expirationTimestamp":"2030-01-01T00:00:00Z"}')}`,
    { cluster: { server: 'https://h' } },
  )
  assert.deepEqual(await runExecPlugin(plugin, env), {
    token: 't',
    cert: '',
    key: '',
    expiresAtMs: Date.parse('2030-01-01T00:00:00Z'),
  })
  assert.equal(
    readFileSync(file, 'utf8').trim(),
    'a b 1 2 {"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{"server":"https://h"},"interactive":false}}',
  )
})

test('exec credential: each failure names the place, says why, and hides what looks like a secret', async (t) => {
  const secret = 's'.repeat(80)
  const cases: readonly (readonly [ExecPlugin, RegExp])[] = [
    [
      pluginOf(t, `echo "expired: log in; ${secret}" >&2; exit 3`),
      /^config:3:5: plugin failed \(exit code 3\): expired: log in; <hidden>$/,
    ],
    [{ ...pluginOf(t, ''), command: '/nowhere/x' }, /is not there: install it, or correct the command \(brew it\)/],
    [pluginOf(t, `echo ${secret}`), /did not print an ExecCredential as JSON$/],
    [
      pluginOf(t, `echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{}}'`),
      /something else than an ExecCredential of client/,
    ],
    [pluginOf(t, answer('{}')), /neither a token nor a certificate/],
    [pluginOf(t, answer('null')), /neither a token nor a certificate/],
    [pluginOf(t, answer('{"clientCertificateData":"c"}')), /a certificate or its key, not both/],
  ]
  for (const [plugin, expected] of cases) assert.match(await failure(plugin), expected)
})

test('exec credential: a plugin that does not end is ended, also when its children hold on', async (t) => {
  const begin = performance.now()
  assert.match(
    await failure(pluginOf(t, 'echo waiting for a browser >&2; exec sleep 20'), 200),
    /did not end within 0\.2 s: waiting for a browser: run it by hand/,
  )
  const left = pluginOf(t, `sleep 3 & ${answer('{"token":"t"}')}`)
  assert.equal((await runExecPlugin(left, env)).token, 't')
  assert.ok(performance.now() - begin < 2500)
})

test('credentials: a plugin runs once for all, again when its answer expires, and again when refused', async (t) => {
  const count = join(folderOf(t), 'count')
  const script = `echo run >> ${count}; n=$(wc -l < ${count} | tr -d ' '); echo "{\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"t$n\\",\\"expirationTimestamp\\":\\"2030-01-01T00:0$n:00Z\\"}}"`
  let now = Date.parse('2030-01-01T00:00:00Z')
  const access = { exec: pluginOf(t, script), impersonation: { 'Impersonate-User': 'x' } } as unknown as ClusterAccess
  const credentials = new Credentials(access, env, () => now)
  const both = await Promise.all([credentials.current(), credentials.current()])
  assert.deepEqual(
    both.map(({ headers }) => headers.Authorization),
    ['Bearer t1', 'Bearer t1'],
  )
  assert.equal(both[0].headers['Impersonate-User'], 'x')
  now += 30_000
  assert.equal((await credentials.current()).headers.Authorization, 'Bearer t1')
  now += 25_000
  assert.equal((await credentials.current()).headers.Authorization, 'Bearer t2', 'shortly before it expires')
  now += 15_000
  credentials.expire()
  assert.equal((await credentials.current()).headers.Authorization, 'Bearer t3', 'after a refusal')
  credentials.expire()
  assert.equal((await credentials.current()).headers.Authorization, 'Bearer t3', 'not at every refusal of one moment')
})

test('credentials: a plugin that fails is not run for each request', async (t) => {
  const count = join(folderOf(t), 'count')
  let now = 0
  const access = { exec: pluginOf(t, `echo run >> ${count}; exit 1`), impersonation: {} } as unknown as ClusterAccess
  const credentials = new Credentials(access, env, () => now)
  for (const wait of [0, 1000, 1000, 10_000]) {
    now += wait
    await assert.rejects(credentials.current(), /failed \(exit code 1\)/)
  }
  assert.equal(readFileSync(count, 'utf8'), 'run\nrun\n')
})

test('credentials: token and CA are read again when their files change, each minute, and when refused', async (t) => {
  const folder = folderOf(t)
  const [token, ca] = [join(folder, 'token'), join(folder, 'ca')]
  writeFileSync(token, 'one\n')
  writeFileSync(ca, 'CA one')
  let now = 0
  const access = { token: { file: token }, ca: { file: ca }, impersonation: {} } as unknown as ClusterAccess
  const credentials = new Credentials(access, env, () => now)
  const seen = async () => {
    const { headers, ca } = await credentials.current()
    return `${headers.Authorization} ${ca}`
  }
  assert.equal(await seen(), 'Bearer one CA one')
  writeFileSync(token, 'two')
  writeFileSync(ca, 'CA two, longer')
  assert.equal(await seen(), 'Bearer one CA one', 'a file is not looked at for each request')
  now += 10_000
  assert.equal(await seen(), 'Bearer two CA two, longer')
  writeFileSync(token, 'six')
  credentials.expire()
  assert.equal(await seen(), 'Bearer six CA two, longer')
  rmSync(token)
  now += 120_000
  assert.equal(await seen(), 'Bearer six CA two, longer', 'what was known serves while it is replaced')
  await assert.rejects(
    new Credentials({ ...access, token: { file: token } }, env).current(),
    /cannot read .*token: there is no such file/,
  )
})
