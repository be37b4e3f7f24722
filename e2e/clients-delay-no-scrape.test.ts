import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { firstLine, Program, root, sleep, temporaryFolder } from './support/program.ts'

const SERIES = 1_000_000
const INTERVAL_MS = 500
const MEASURED_MS = 20_000
const SLOTS = 2
/** More than there are slots: the others wait. */
const CLIENTS = 6
const MOST_LATE_MS = 50

/** What clients ask: whole tables of a million series, and queries over all of them. */
const questions = [
  '/api/v1/query?query=sum by (namespace) (rate({__name__=~"filled_.*"}[1m]))',
  '/api/v1/series?match[]={__name__=~"filled_.*"}',
  '/api/v1/query?query=count({__name__=~"filled_.*"})',
  '/api/v1/labels?match[]={__name__=~"filled_1.*"}',
  '/api/v1/label/pod/values',
  '/api/v1/query?query=topk(3, {__name__=~"filled_.*"})',
]

/** When scrapes came, against the steady beat that fits best: by how much each is late, in milliseconds. */
function latenesses(times: readonly number[]): number[] {
  const phases = times.map((time) => time - Math.round((time - times[0]) / INTERVAL_MS) * INTERVAL_MS)
  const earliest = Math.min(...phases)
  return phases.map((phase) => phase - earliest)
}

async function timesOf(port: number): Promise<number[]> {
  return (await (await fetch(`http://127.0.0.1:${port}/times`)).json()) as number[]
}

async function startTarget(): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [join(root, 'e2e/support/timed-target.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, port: Number(await firstLine(child, 'the target')) }
}

/** Asks one after the other until it is told to end; gives how many were answered, by status. */
async function client(url: string, first: number, signal: AbortSignal): Promise<Map<number, number>> {
  const answers = new Map<number, number>()
  for (let i = first; !signal.aborted; i++) {
    try {
      const answer = await fetch(url + encodeURI(questions[i % questions.length]), { signal })
      await answer.body?.pipeTo(new WritableStream())
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
  return answers
}

test(
  'no scrape is more than 50 ms late while clients fill all query slots over a million series',
  { timeout: 300_000 },
  async (t) => {
    const folder = temporaryFolder()
    execFileSync(process.execPath, [join(root, 'e2e/support/fill-series.ts'), folder, String(SERIES)], { cwd: root })
    const target = await startTarget()
    const config = join(folder, 'scrape.yml')
    const job = `{job_name: timed, static_configs: [{targets: ['127.0.0.1:${target.port}']}]}`
    writeFileSync(
      config,
      `global: {scrape_interval: ${INTERVAL_MS}ms, scrape_timeout: 400ms}\nscrape_configs: [${job}]\n`,
    )
    const args = [`--config.file=${config}`, '--kube=off', `--query.max-concurrency=${SLOTS}`]
    try {
      await using program = await Program.start({ edition: 'release', command: 'server', folder, args })
      await sleep(3000)
      await timesOf(target.port)
      await sleep(MEASURED_MS / 2)
      const quiet = latenesses(await timesOf(target.port))
      const ending = new AbortController()
      const clients = Array.from({ length: CLIENTS }, (_, i) => client(program.url, i, ending.signal))
      await sleep(2000)
      await timesOf(target.port)
      await sleep(MEASURED_MS)
      const busy = latenesses(await timesOf(target.port))
      ending.abort()
      const answers = await Promise.all(clients)
      const answered = answers.flatMap((one) => [...one.values()]).reduce((sum, count) => sum + count, 0)
      const most = (list: readonly number[]) => Math.max(...list).toFixed(1)
      t.diagnostic(`late by ${most(quiet)} ms with no client, by ${most(busy)} ms with ${answered} answers meanwhile`)
      assert.ok(busy.length >= (MEASURED_MS / INTERVAL_MS) * 0.95, `${busy.length} scrapes`)
      // On a slow machine one answer over a million series takes seconds: they are under way all the time.
      assert.ok(answered > 0, 'no client was answered')
      for (const one of answers) for (const status of one.keys()) assert.equal(status, 200)
      assert.ok(
        Math.max(...busy) <= MOST_LATE_MS + Math.max(...quiet),
        `late by ${most(busy)} ms; ${most(quiet)} ms without clients`,
      )
    } finally {
      target.child.kill()
    }
  },
)
