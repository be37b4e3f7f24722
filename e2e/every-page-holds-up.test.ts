import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFindings, Browser } from './support/browser.ts'
import { startDocker, type DockerForTests } from './support/docker.ts'
import { Program, root, until } from './support/program.ts'

/** Where pictures go; `BINNACLE_SCREENSHOTS=docs/images npm test -- e2e/every-page-holds-up.test.ts` renews the README's. */
const pictures = join(root, process.env['BINNACLE_SCREENSHOTS'] ?? 'dist/screenshots')

/** The last minutes: all there is when the test looks. */
const RANGE = 'from=now-2m'
const query = 'sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[1m]))'
const pages: readonly { name: string; path: string; charts: number }[] = [
  { name: 'home', path: `/?${RANGE}`, charts: 5 },
  { name: 'containers', path: '/containers', charts: 0 },
  { name: 'explore', path: `/explore?expr=${encodeURIComponent(query)}&${RANGE}`, charts: 1 },
  { name: 'status', path: '/status', charts: 0 },
  { name: 'status-storage', path: '/status/storage', charts: 0 },
  { name: 'status-collectors', path: '/status/collectors', charts: 0 },
  { name: 'status-configuration', path: '/status/configuration', charts: 0 },
  { name: 'status-flags', path: '/status/flags', charts: 0 },
  { name: 'status-about', path: '/status/about', charts: 0 },
]

let program: Program
let docker: DockerForTests | { skipped: string }

before(async () => {
  mkdirSync(pictures, { recursive: true })
  docker = await startDocker()
  const socket = 'skipped' in docker ? [] : [`--docker.socket=${docker.socketPath}`]
  if (!('skipped' in docker)) runContainers(docker)
  program = await Program.start({ edition: 'release', args: ['--scrape.interval=1s', ...socket] })
  await until(
    60,
    'half a minute of data',
    async () => Number((await program.query('count_over_time(up{job="node"}[1m])'))[0]?.value[1]) >= 30,
  )
})

after(async () => {
  await program[Symbol.asyncDispose]()
  if (!('skipped' in docker)) await docker[Symbol.asyncDispose]()
})

/** Enough for a table that says something: one busy, one at rest, one that has ended. */
function runContainers({ docker }: DockerForTests): void {
  const run = (name: string, ...command: string[]) =>
    docker(
      'run',
      '--detach',
      '--network',
      'none',
      '--name',
      name,
      '--memory',
      '64m',
      'binnacle-busybox:1',
      '/bin/busybox',
      ...command,
    )
  run('worker', 'sh', '-c', 'while true; do busybox sleep 0.01; done')
  run('cache', 'sleep', '100000')
  run('migrate', 'true')
}

for (const theme of ['light', 'dark'] as const) {
  for (const [size, width, height] of [
    ['wide', 1440, 1000],
    ['phone', 390, 844],
  ] as const) {
    test(`every page holds data, breaks no rule of axe and logs no error (${theme}, ${size})`, async (t) => {
      const browser = await Browser.open({ theme, width, height })
      if ('skipped' in browser) return t.skip(browser.skipped)
      try {
        for (const { name, path, charts } of pages) {
          const page = await browser.page(program.url + path)
          await settled(page, charts)
          await page.screenshot({ path: join(pictures, `${name}-${theme}${size === 'wide' ? '' : `-${size}`}.png`) })
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

test('a container has a page of its own with charts, reached from the table', async (t) => {
  if ('skipped' in docker) return t.skip(docker.skipped)
  const browser = await Browser.open()
  if ('skipped' in browser) return t.skip(browser.skipped)
  try {
    const page = await browser.page(`${program.url}/containers?${RANGE}`)
    await page.getByRole('link', { name: 'worker' }).first().click()
    await settled(page, 2)
    assert.match(page.url(), /\/containers\/worker/)
    await page.screenshot({ path: join(pictures, 'container-light.png') })
    assert.deepEqual(await axeFindings(page), [])
    assert.deepEqual(browser.errors, [])
  } finally {
    await browser.close()
  }
})

test('the pages speak Korean to a Korean browser', async (t) => {
  const browser = await Browser.open({ locale: 'ko-KR' })
  if ('skipped' in browser) return t.skip(browser.skipped)
  try {
    const page = await browser.page(program.url)
    await settled(page, 5)
    assert.equal(await page.getAttribute('html', 'lang'), 'ko')
    assert.match(await page.innerText('h1'), /[가-힣]/)
    await page.screenshot({ path: join(pictures, 'home-light-ko.png') })
    assert.deepEqual(browser.errors, [])
  } finally {
    await browser.close()
  }
})

/** Waits until the page's heading is there and so many charts hold points. */
async function settled(page: Page, charts: number): Promise<void> {
  await page.waitForSelector('main h1', { state: 'attached' })
  const filled = page.locator('[data-chart][data-points]:not([data-points="0"])')
  await until(15, `${charts} charts with points`, async () => (await filled.count()) >= charts)
  await page.waitForTimeout(400)
}
