import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ClusterAccess } from './cluster-access.ts'
import { findCluster, type FindOptions } from './find-cluster.ts'

/** A folder with these files that is removed after the test. */
function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-kube-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

async function accessOf(options: Partial<FindOptions>): Promise<ClusterAccess> {
  const found = await findCluster({ env: {}, home: '/nowhere', inPod: false, ...options })
  assert.equal(found.kind, 'cluster', found.kind === 'none' ? found.why : '')
  return (found as { access: ClusterAccess }).access
}

/** A kubeconfig of one cluster, user and context of the same name. */
function config(
  name: string,
  cluster = '{server: "https://h:6443"}',
  user = '{token: s3cret}',
  current = `current-context: ${name}\n`,
): string {
  return `apiVersion: v1
kind: Config
${current}clusters:
- name: ${name}
  cluster: ${cluster}
users:
- name: ${name}
  user: ${user}
contexts:
- name: ${name}
  context: {cluster: ${name}, user: ${name}, namespace: ns-${name}}
`
}

async function mistake(t: TestContext, text: string, options: Partial<FindOptions> = {}): Promise<string> {
  const folder = folderOf(t, { config: text })
  try {
    await findCluster({ env: {}, kubeconfig: join(folder, 'config'), ...options })
  } catch (error) {
    assert.doesNotMatch((error as Error).message, /s3cret/)
    return (error as Error).message.replace(`${folder}/`, '')
  }
  return 'none'
}

test('find cluster: a named file, $KUBECONFIG, the pod, ~/.kube/config, in this order', async (t) => {
  const token = `x.${Buffer.from('{"sub":"system:serviceaccount:mon:binnacle"}').toString('base64url')}.y`
  const folder = folderOf(t, {
    named: config('named'),
    listed: config('listed'),
    'home/.kube/config': config('home'),
    'account/token': `${token}\n`,
    'account/namespace': 'mon',
    'account/ca.crt': 'x',
  })
  const env = { KUBECONFIG: join(folder, 'listed'), KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
  const all = { env, home: join(folder, 'home'), accountFolder: join(folder, 'account'), inPod: true }
  assert.equal((await accessOf({ ...all, kubeconfig: join(folder, 'named') })).identity.context, 'named')
  assert.equal((await accessOf(all)).identity.context, 'listed')
  const pod = await accessOf({ ...all, env: { ...env, KUBECONFIG: '' }, inPod: undefined })
  assert.deepEqual(pod.identity, {
    source: 'pod',
    from: join(folder, 'account'),
    context: '',
    cluster: 'in-cluster',
    server: 'https://[fd00::1]:443',
    user: 'system:serviceaccount:mon:binnacle',
    namespace: 'mon',
  })
  assert.deepEqual(pod.token, { file: join(folder, 'account/token') })
  assert.equal((await accessOf({ ...all, env: {}, inPod: undefined })).identity.context, 'home')
  assert.equal((await accessOf({ ...all, env: { ...env, KUBECONFIG: '' }, context: 'home' })).identity.context, 'home')
})

test('find cluster: no cluster is no mistake, and the reason is told', async (t) => {
  const folder = folderOf(t, { empty: '', none: 'contexts: []\n' })
  const why = async (options: Partial<FindOptions>) => {
    const found = await findCluster({ env: {}, home: '/nowhere', inPod: false, ...options })
    return found.kind === 'none' ? found.why : 'found'
  }
  assert.match(await why({}), /no kubeconfig \(looked at \$KUBECONFIG and \/nowhere\/\.kube\/config\), and no pod/)
  assert.match(
    await why({ env: { KUBECONFIG: '/nowhere/a:/nowhere/b' } }),
    /KUBECONFIG names \/nowhere\/a, \/nowhere\/b/,
  )
  for (const file of ['empty', 'none']) assert.match(await why({ kubeconfig: join(folder, file) }), /has no contexts/)
})

test('find cluster: several files are one, the first that has a name wins, and paths are relative to their own file', async (t) => {
  const folder = folderOf(t, {
    'one/config': config('shared', '{server: "https://first:1"}', '{tokenFile: token}', ''),
    'one/token': 'x',
    'two/config':
      config('shared', '{server: "https://second:2"}', '{token: t}', 'current-context: other\n') +
      '- name: other\n  context: {cluster: shared, user: shared}\n',
  })
  const env = { KUBECONFIG: [join(folder, 'one/config'), '/nowhere/x', join(folder, 'two/config')].join(':') }
  const access = await accessOf({ env })
  assert.equal(access.identity.context, 'other')
  assert.equal(access.identity.from, join(folder, 'two/config'))
  assert.equal(access.server, 'https://first:1')
  assert.deepEqual(access.token, { file: join(folder, 'one/token') })
})

const two = `${config('a', undefined, undefined, '')}- name: b\n  context: {cluster: a, user: a}\n`

test('find cluster: of several contexts one is taken only when it is named', async (t) => {
  assert.match(
    await mistake(t, two),
    /^config:1:1: no current-context, and several contexts: choose one with --kube\.context: a, b$/,
  )
  assert.match(await mistake(t, two, { context: 'c' }), /there is no context "c": --kube\.context takes one of a, b/)
  assert.match(
    await mistake(t, `current-context: gone\n${two}`),
    /^config:1:1: current-context "gone" does not exist: name one of a, b with --kube\.context/,
  )
  const folder = folderOf(t, { config: two, one: config('only', undefined, undefined, '') })
  assert.equal((await accessOf({ kubeconfig: join(folder, 'config'), context: 'b' })).identity.context, 'b')
  assert.equal(
    (await accessOf({ kubeconfig: join(folder, 'one') })).identity.context,
    'only',
    'one context is no guess',
  )
})

test('find cluster: each mistake is named with its place and the remedy, never with a secret', async (t) => {
  const https = '{server: "https://h:6443"}'
  const exec = (more: string) =>
    `{exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, ${more}}}`
  const cases: readonly (readonly [string, RegExp])[] = [
    ['token: [s3cret\n', /^config:\d+:\d+: not valid YAML/],
    ['users: [{name: a, user: {token: *s3cret}}]\n', /^config:1:\d+: not valid YAML/],
    ['s3cret\n', /^config:1:1: a kubeconfig is a mapping/],
    [config('a', https, '{token: 12345}'), /^config:9:10: users\.0\.user\.token: must be text: put it in quotes$/],
    [config('a', '{}'), /^config:6:\d+: cluster "a" has no server/],
    [config('a', '{server: "https://u:s3cret@h"}'), /^config:6:13: holds a password/],
    [config('a', '{server: "ftp://x"}'), /^config:6:13: is no http or https address/],
    [
      config('a', '{server: "https://h", certificate-authority: ca.crt}'),
      /^config:6:\d+: cannot read .*ca\.crt: there is no such file/,
    ],
    [config('a', '{server: "https://h", certificate-authority-data: s3cret}'), /is not a PEM in base64/],
    [config('a', '{server: "https://h", proxy-url: "s3cret"}'), /^config:6:\d+: is no address of a proxy/],
    [config('a', https, '{client-certificate-data: s3cret}'), /client-certificate-data|is not a PEM/],
    [
      config('a', https, '{auth-provider: {name: gcp, config: {access-token: s3cret}}}'),
      /^config:9:10: auth-provider "gcp" was removed from Kubernetes 1\.26: install gke-gcloud-auth-plugin/,
    ],
    [config('a', https, '{as-groups: [g]}'), /says as which group to act but not as whom/],
    [config('a', https, exec('').replace('/v1', '/v1alpha1')), /must be one of client\.authentication\.k8s\.io\/v1, /],
    [config('a', https, exec('').replace('Never', 'Always')), /Always needs a terminal/],
    [config('a', https, exec('').replace('interactiveMode: Never, ', '')), /is required: write Never or IfAvailable/],
    [config('a').replace('{cluster: a,', '{cluster: b,'), /^config:12:\d+: there is no cluster "b": known are a/],
    [config('a').replace('user: a,', ''), /^config:12:\d+: context "a" names no user/],
  ]
  for (const [text, expected] of cases) assert.match(await mistake(t, text), expected, text)
  await assert.rejects(
    findCluster({ env: {}, kubeconfig: '/nowhere/x' }),
    /^\w+: \/nowhere\/x:1:1: cannot read the kubeconfig: there is no such file|nowhere/,
  )
})

test('find cluster: everything that a kubeconfig can say of a user is understood', async (t) => {
  const user = `{token: t, as: other, as-uid: u, as-groups: [g, h], as-user-extra: {Scopes: [x]}}`
  const folder = folderOf(t, {
    full: config(
      'full',
      '{server: "https://h:6443/base/", tls-server-name: n, insecure-skip-tls-verify: true, proxy-url: "socks5://p:1", disable-compression: true}',
      user,
    ),
    basic: config('basic', undefined, '{username: u, password: p}'),
    exec: config(
      'exec',
      '{server: "https://h", certificate-authority-data: ""}',
      `{exec: {command: ./bin/login, args: [a], env: [{name: N, value: v}], apiVersion: client.authentication.k8s.io/v1beta1, provideClusterInfo: true, installHint: get it}}`,
    ),
    plain: config('plain', '{server: "http://h:8080"}'),
  })
  const full = await accessOf({ kubeconfig: join(folder, 'full') })
  assert.equal(full.server, 'https://h:6443/base')
  assert.equal(full.tlsServerName, 'n')
  assert.equal(full.proxy, 'socks5://p:1')
  assert.equal(full.compression, false)
  assert.match(full.notices[0], /the certificate of https:\/\/h:6443\/base is not verified/)
  assert.deepEqual(full.impersonation, {
    'Impersonate-User': 'other',
    'Impersonate-Uid': 'u',
    'Impersonate-Group': ['g', 'h'],
    'Impersonate-Extra-Scopes': ['x'],
  })
  assert.deepEqual((await accessOf({ kubeconfig: join(folder, 'basic') })).basic, { username: 'u', password: 'p' })
  const { exec } = await accessOf({ kubeconfig: join(folder, 'exec') })
  assert.equal(exec?.command, join(folder, 'bin/login'))
  assert.equal(exec?.cluster?.server, 'https://h')
  assert.equal(
    (await accessOf({ kubeconfig: join(folder, 'plain') })).token,
    undefined,
    'no token over an unencrypted connection',
  )
})
