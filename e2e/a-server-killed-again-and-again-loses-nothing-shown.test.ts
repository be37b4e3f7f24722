import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { Program, type Reader, sleep, temporaryFolder } from './support/program.ts'

/** `SERVER_KILLS=200` runs for long. */
const KILLS = Number(process.env.SERVER_KILLS ?? 3)
const SERIES = 300

/** What a query has shown: samples by time, and when it stood. */
interface Shown {
  readonly atMs: number
  readonly samples: ReadonlyMap<number, string>
}

test(`a server that is scraping and answering is killed ${KILLS} times, and each time has all that it has shown, once`, async (t) => {
  let scrapes = 0
  const served = new Set<string>()
  const target = createServer((_, response) => {
    scrapes++
    served.add(`${scrapes}`)
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(Array.from({ length: SERIES }, (__, i) => `counted_total{i="${i}"} ${scrapes}\n`).join(''))
  })
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  const { port } = target.address() as { port: number }
  const folder = temporaryFolder()
  const config = join(folder, 'binnacle.yml')
  writeFileSync(
    config,
    `scrape_configs:\n  - job_name: counted\n    scrape_interval: 100ms\n    scrape_timeout: 100ms\n    static_configs:\n      - targets: ['127.0.0.1:${port}']\n`,
  )
  const start = () =>
    Program.start({ command: 'server', folder: join(folder, 'data'), args: [`--config.file=${config}`] })
  let before: Shown = { atMs: 0, samples: new Map() }
  let repairs = 0
  try {
    for (let kill = 0; kill <= KILLS; kill++) {
      const program = await start()
      try {
        if (before.samples.size > 0) {
          const { samples } = await ask(program, before.atMs)
          for (const [time, value] of before.samples)
            assert.equal(samples.get(time), value, `kill ${kill}: the sample at ${time}`)
          for (const value of samples.values()) assert.ok(served.has(value), `kill ${kill}: ${value} was never served`)
        }
        if (/were cut|repaired":\["/.test(program.log)) repairs++
        // The last of these answers is cut off by the kill.
        let isKilled = false
        const endsMs = Date.now() + 400 + Math.random() * 1500
        const asking = (async () => {
          while (Date.now() < endsMs) before = await ask(program, Date.now())
        })()
        const asked = asking.catch((error: unknown) => {
          if (!isKilled) throw error
        })
        await sleep(endsMs - Date.now() - 5)
        isKilled = true
        await program.end('SIGKILL')
        await asked
      } finally {
        await program.end('SIGKILL')
      }
    }
    assert.ok(before.samples.size > KILLS, `${before.samples.size} samples of ${scrapes} scrapes`)
    t.diagnostic(`${before.samples.size} of ${scrapes} scrapes shown, ${repairs} starts repaired something`)
  } finally {
    target.close()
    target.closeAllConnections()
    rmSync(folder, { recursive: true })
  }
})

/** The samples of one of the series as a query at a time gives them; all series of a scrape have the same value. */
async function ask(program: Reader, atMs: number): Promise<Shown> {
  const query = encodeURIComponent('counted_total{i="7"}[1h]')
  const { text } = await program.get(`/api/v1/query?query=${query}&time=${atMs / 1000}`)
  const { data } = JSON.parse(text) as { data: { result: { values: [number, string][] }[] } }
  const samples = new Map<number, string>()
  for (const [time, value] of data.result[0]?.values ?? []) {
    assert.ok(!samples.has(time), `two samples at ${time}`)
    samples.set(time, value)
  }
  const sums = await program.get(`/api/v1/query?query=count(counted_total)by(job)&time=${atMs / 1000}`)
  const counted = JSON.parse(sums.text) as { data: { result: { value: [number, string] }[] } }
  if (counted.data.result.length > 0) assert.equal(counted.data.result[0].value[1], `${SERIES}`, 'a scrape is whole')
  return { atMs, samples }
}
