import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ClusterOptions } from './cluster-options.ts'
import { chooseCluster } from './find-cluster.ts'

const kubeconfig = `
apiVersion: v1
kind: Config
current-context: dev
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:1' } }]
users: [{ name: u, user: { token: x } }]
contexts:
  - { name: dev, context: { cluster: c, user: u } }
  - { name: prod, context: { cluster: c, user: u, namespace: shop } }
`

/** A home with this kubeconfig, or none. */
function home(t: TestContext, text?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'home-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, '.kube/config')
  mkdirSync(join(folder, '.kube'))
  if (text !== undefined) writeFileSync(file, text)
  const where = { env: {}, home: folder, accountFolder: join(folder, 'none') }
  const choose = (more: Partial<ClusterOptions> = {}) =>
    chooseCluster({ isWanted: true, kubeconfig: undefined, context: undefined, ...more } as ClusterOptions, where)
  return { file, choose }
}

test('choice: the current context of the kubeconfig that is found, or the one that is named', async (t) => {
  const { choose } = home(t, kubeconfig)
  const contextOf = async (context?: string) => {
    const found = await choose({ context })
    return 'access' in found ? found.access.identity.context : found.why
  }
  assert.equal(await contextOf(), 'dev')
  assert.equal(await contextOf('prod'), 'prod')
})

test('choice: no kubeconfig is no trouble, and --kube=off looks for none', async (t) => {
  const { choose } = home(t)
  const none = await choose()
  assert.ok('why' in none && !none.isTrouble && /no kubeconfig/.test(none.why))
  assert.deepEqual(await home(t, '{').choose({ isWanted: false }), {
    why: 'the flag --kube=off is set',
    isTrouble: false,
  })
})

test('choice: a kubeconfig that was found and cannot be read is told; the program starts', async (t) => {
  const { file, choose } = home(t, 'clusters: [')
  const broken = await choose()
  assert.ok('why' in broken && broken.isTrouble)
  assert.ok(broken.why.includes(file), broken.why)
})

test('choice: a flag that cannot be followed ends the start', async (t) => {
  const { choose } = home(t, kubeconfig)
  await assert.rejects(choose({ context: 'staging' }), /staging/)
  await assert.rejects(choose({ kubeconfig: '/nowhere/config' }), /\/nowhere\/config/)
})
