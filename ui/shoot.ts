/**
 * Takes pictures of a running Binnacle's pages: node ui/shoot.ts URL FOLDER [page …]
 * A page is a path such as /explore?expr=up; without any, all pages. Each is taken in both themes, wide and as on a phone.
 * It ends with status 1 when a page logs an error or a chart stays empty.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const PAGES = [
  '/',
  '/containers',
  '/explore?expr=sum+by+(mode)+(rate(node_cpu_seconds_total[1m]))',
  '/status',
  '/status/storage',
  '/status/about',
  '/ui-kit',
]
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]
const THEMES = ['light', 'dark'] as const
const PATIENCE_MS = 15_000

const [url, folder = 'screenshots', ...chosen] = process.argv.slice(2)
if (!url) throw new Error('say where Binnacle runs: node ui/shoot.ts http://127.0.0.1:9090 FOLDER')

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ARGUMENTS,
})
try {
  const problems = await shootAll(browser)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
} finally {
  await browser.close()
}

async function shootAll(browser: Browser): Promise<string[]> {
  const problems: string[] = []
  for (const theme of THEMES) {
    for (const viewport of SIZES) {
      const context = await browser.newContext({ viewport, colorScheme: theme, locale: 'en-GB' })
      for (const path of chosen.length > 0 ? chosen : PAGES) {
        const page = await context.newPage()
        page.on(
          'console',
          (message) => message.type() === 'error' && problems.push(`${path} ${theme}: ${message.text()}`),
        )
        page.on('pageerror', (error) => problems.push(`${path} ${theme}: ${error.message}`))
        await shoot(page, path, join(folder, `${nameOf(path)}-${theme}-${viewport.width}.png`), problems)
        await page.close()
      }
      await context.close()
    }
  }
  return problems
}

/** The page scrolls inside its frame, so the window is made as high as the page before the picture is taken. */
async function shoot(page: Page, path: string, file: string, problems: string[]): Promise<void> {
  await page.goto(new URL(path, url).href)
  await page
    .waitForSelector('[data-page]:not(a)', { timeout: PATIENCE_MS })
    .catch(() => problems.push(`${path}: no page appeared`))
  await page
    .waitForFunction(
      () =>
        document.querySelectorAll('[data-state="loading"]').length === 0 ||
        document.querySelector('[data-page="ui-kit"]') !== null,
      undefined,
      {
        timeout: PATIENCE_MS,
      },
    )
    .catch(() => problems.push(`${path}: something is still loading`))
  await page.evaluate(() => document.fonts.ready)
  const { width } = page.viewportSize() ?? { width: 1440 }
  const height = await page.evaluate(() => {
    const main = document.querySelector('main')
    return main ? main.scrollHeight + (innerHeight - main.clientHeight) : innerHeight
  })
  await page.setViewportSize({ width, height: Math.min(6000, Math.max(700, height)) })
  await page.waitForTimeout(300)
  await page.screenshot({ path: file })
  console.log(file)
}

function nameOf(path: string): string {
  const name = path.replace(/\?.*/, '').replaceAll('/', ' ').trim().replaceAll(' ', '-')
  return name === '' ? 'home' : name
}
