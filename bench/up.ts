import { Program, sleep, until } from '../e2e/support/program.ts'
import { Browser } from '../e2e/support/browser.ts'
import { readUse } from './process-use.ts'
import type { Row } from './row.ts'

/** From the start of the installed program to a chart with data in a browser. */
export async function benchFirstChart(): Promise<Row[]> {
  const browser = await Browser.open()
  if ('skipped' in browser) return []
  try {
    const started = performance.now()
    await using program = await Program.start({ edition: 'release' })
    const page = await browser.page(program.url)
    await page.waitForSelector('[data-chart][data-points]:not([data-points="0"])', { timeout: 30_000 })
    return [{ name: 'start to first chart, s', who: 'binnacle', value: (performance.now() - started) / 1000, limit: 5 }]
  } finally {
    await browser.close()
  }
}

/** Resident memory of `up` on this machine after some minutes, with a page that asks now and then. */
export async function benchFootprint(minutes: number): Promise<Row[]> {
  await using program = await Program.start({ edition: 'release' })
  const pid = program.child.pid ?? 0
  const before = readUse(pid)
  for (let i = 0; i < minutes * 6; i++) {
    await sleep(10_000)
    await until(
      5,
      'an answer',
      async () => (await program.query('sum(rate(node_cpu_seconds_total[1m]))')) !== undefined,
    )
  }
  const after = readUse(pid)
  return [
    {
      name: `memory of up after ${minutes} min, MiB`,
      who: 'binnacle',
      value: after.residentBytes / 2 ** 20,
      limit: 200,
    },
    {
      name: 'CPU of up, % of a core',
      who: 'binnacle',
      value: ((after.cpuSeconds - before.cpuSeconds) / (minutes * 60)) * 100,
    },
  ]
}
