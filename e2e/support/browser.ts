import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
)

/** No network but ours: a browser that looks up its maker's hosts fails slowly where there is none. */
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  )

export interface PageOptions {
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  readonly locale?: string
  /** Takes certificates that nobody vouches for, as a person does who goes on. */
  readonly anyCertificate?: boolean
}

/** Debian's Chromium, driven by playwright. */
export class Browser {
  readonly #context: BrowserContext
  readonly #profile: string
  /** Everything that a page wrote to its console as an error, and every uncaught exception. */
  readonly errors: string[] = []

  constructor(context: BrowserContext, profile: string) {
    this.#context = context
    this.#profile = profile
  }

  static async open(options: PageOptions = {}): Promise<Browser | { skipped: string }> {
    if (CHROMIUM === undefined) return { skipped: 'Chromium is not on this machine (Debian: apt-get install chromium)' }
    const profile = mkdtempSync(join(tmpdir(), 'binnacle-browser-'))
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: FLAGS,
      colorScheme: options.theme ?? 'light',
      locale: options.locale ?? 'en-GB',
      ignoreHTTPSErrors: options.anyCertificate ?? false,
      viewport: { width: options.width ?? 1440, height: options.height ?? 1000 },
    })
    return new Browser(context, profile)
  }

  async page(url: string): Promise<Page> {
    const page = await this.#context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`${url}: ${message.text()} ${message.location().url}`)
    })
    page.on('pageerror', (error) => this.errors.push(`${url}: ${error.message}`))
    await page.goto(url)
    return page
  }

  async close(): Promise<void> {
    await this.#context.close()
    rmSync(this.#profile, { recursive: true, force: true })
  }
}

interface AxeAnswer {
  readonly violations: readonly { id: string; nodes: readonly { target: readonly string[] }[] }[]
}

/** What axe finds on a page: `rule: elements`. */
export async function axeFindings(page: Page): Promise<string[]> {
  const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
  // Evaluated through the debugger: the page's own policy forbids foreign scripts, as it should.
  const { readFileSync } = await import('node:fs')
  await page.evaluate(readFileSync(source, 'utf8'))
  const found = await page.evaluate<AxeAnswer>('axe.run(document, { resultTypes: ["violations"] })')
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}
