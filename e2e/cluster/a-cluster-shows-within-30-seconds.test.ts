import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFindings, Browser } from '../support/browser.ts'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { type Program, root, until } from '../support/program.ts'
import { clusterPage, patience, podsPage, watch } from '../support/watched.ts'

const pictures = join(root, 'dist/screenshots/cluster')
const missing = clusterMissing()
const workloads = ['web', 'db', 'tail']
const WITHIN_S = 30

let cluster: Cluster
let program: Program | undefined

before(() => {
  if (missing !== undefined) return
  mkdirSync(pictures, { recursive: true })
  cluster = Cluster.up()
  cluster.applyFile('well')
  for (const workload of ['deployment/web', 'statefulset/db', 'daemonset/tail'])
    cluster.kubectl('rollout', 'status', '-n', 'shop', workload, '--timeout=90s')
})

after(async () => {
  await program?.[Symbol.asyncDispose]()
  if (missing === undefined) cluster[Symbol.dispose]()
})

test('a started program shows node, workloads and their use within 30 seconds', { skip: missing }, async (t) => {
  const browser = await Browser.open()
  if ('skipped' in browser) return t.skip(browser.skipped)
  try {
    const startedMs = Date.now()
    const bound = WITHIN_S * patience()
    const left = () => Math.max(1, bound - (Date.now() - startedMs) / 1000)
    const seen = (what: string) => t.diagnostic(`${what} after ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
    program = await watch(cluster)
    seen('ready')
    const home = await browser.page(program.url)
    await until(left(), 'Home names the cluster', async () => /\btest\b/.test(await home.innerText('body')))
    seen('Home names the cluster')
    const pages = await Promise.all(
      ['nodes', 'workloads', 'pods'].map((kind) => browser.page(`${program?.url}/${kind}`)),
    )
    const [nodes, work, pods] = pages
    await until(left(), 'node1 is Ready with its use', async () => hasUse(nodes, 'node1'))
    assert.match(await row(nodes, 'node1').innerText(), /Ready/)
    seen('the node and its use')
    for (const name of workloads) await until(left(), `the use of ${name}`, async () => hasUse(work, name))
    seen('workloads and their use')
    for (const name of ['db-0', 'exporter']) await until(left(), `the use of ${name}`, async () => hasUse(pods, name))
    seen('pods and their use')
    if (bound > WITHIN_S) t.diagnostic(`the machine is busy: the bound was ${bound.toFixed(0)} s`)
    assert.deepEqual(browser.errors, [])
  } finally {
    await browser.close()
  }
})

test('what is shown is what the cluster has', { skip: missing }, async () => {
  assert.ok(program)
  const view = await clusterPage(program)
  assert.deepEqual(
    [view.present, view.reachable, view.synced, view.name, view.nodes.ready, view.version],
    [true, true, true, 'test', 1, 'v1.37.2'],
  )
  const shown = (await podsPage(program)).map(({ namespace, name }) => `${namespace}/${name}`).sort()
  const real = (cluster.get('pods', '-A').items ?? []).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
  assert.deepEqual(shown, real.sort())
})

const shown = [
  { name: 'home', path: '/' },
  { name: 'nodes', path: '/nodes' },
  { name: 'namespaces', path: '/namespaces' },
  { name: 'workloads', path: '/workloads' },
  { name: 'pods', path: '/pods' },
  { name: 'containers', path: '/containers' },
  { name: 'node', path: '/nodes/node1' },
  { name: 'namespace', path: '/namespaces/shop' },
  { name: 'workload', path: '/workloads/Deployment/shop/web' },
  { name: 'pod', path: '/pods/shop/db-0' },
  { name: 'targets', path: '/status/targets' },
] as const

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390] as const) {
    test(`its pages break no rule of axe, log no error and fit (${theme}, ${width})`, { skip: missing }, async (t) => {
      assert.ok(program)
      const browser = await Browser.open({ theme, width, height: width === 390 ? 844 : 1000 })
      if ('skipped' in browser) return t.skip(browser.skipped)
      try {
        for (const { name, path } of shown) {
          const page = await browser.page(program.url + path)
          await settled(page)
          await page.screenshot({ path: join(pictures, `${name}-${theme}-${width}.png`) })
          assert.deepEqual(await axeFindings(page), [], `${path}: axe`)
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          )
          assert.ok(Number(overflow) <= 0, `${path} scrolls sideways by ${String(overflow)} px`)
          await page.close()
        }
        assert.deepEqual(browser.errors, [])
      } finally {
        await browser.close()
      }
    })
  }
}

function row(page: Page, name: string) {
  return page.locator('tr[data-row]').filter({ has: page.getByRole('link', { name, exact: true }) })
}

/** Whether CPU and memory of a row are numbers. */
async function hasUse(page: Page, name: string): Promise<boolean> {
  const cells = await Promise.all(
    ['cpu', 'memory'].map((column) =>
      row(page, name).locator(`td[data-column="${column}"]`).innerText({ timeout: 1000 }),
    ),
  )
  return cells.every((text) => /\d/.test(text))
}

async function settled(page: Page): Promise<void> {
  await page.waitForSelector('main h1', { state: 'attached' })
  const loading = page.locator('[data-state=loading]')
  await until(30 * patience(), 'nothing loads', async () => (await loading.count()) === 0)
  await page.waitForTimeout(600)
}
