import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { editions, Program, temporaryFolder, until } from './support/program.ts'

/** One server with a path for each way of misbehaving. */
async function hostileServer(): Promise<{ port: number; close(): void }> {
  const server: Server = createServer((request, response) => {
    switch (request.url) {
      case '/good':
        return response.end('good_metric 42\n')
      case '/garbage':
        return response.end('\u0000\u0001 not { a metric = at all\n')
      case '/error':
        return response.writeHead(500).end('broken')
      case '/hangs':
        return undefined // never answers
      case '/endless':
        return sendMegabytes(
          100,
          (chunk) => response.write(chunk),
          () => response.end(),
        )
    }
    return response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { port, close: () => (server.closeAllConnections(), server.close()) }
}

function sendMegabytes(count: number, write: (chunk: string) => boolean, end: () => void): void {
  const line = `endless{x="${'y'.repeat(980)}"} 1\n`
  const megabyte = line.repeat(1024)
  let sent = 0
  const timer = setInterval(() => {
    if (sent++ < count && write(megabyte) !== undefined) return
    clearInterval(timer)
    end()
  }, 5)
}

interface Target {
  scrapePool: string
  health: string
  lastError: string
}

for (const edition of editions) {
  test(`targets that misbehave are reported as such and disturb nothing else (${edition})`, async () => {
    const hostile = await hostileServer()
    try {
      await using program = await Program.start({
        edition,
        args: [`--config.file=${configFor(hostile.port)}`, '--scrape.interval=1s'],
      })
      const targets = await until(40, 'every target was tried', async () => {
        const json = JSON.parse((await program.get('/api/v1/targets')).text) as { data: { activeTargets: Target[] } }
        const list = json.data.activeTargets
        return list.length >= 8 && list.every((target) => target.health !== 'unknown') && list
      })
      const state = (pool: string) =>
        targets.find((target) => target.scrapePool === pool) ?? assert.fail(`no target ${pool}`)
      assert.equal(state('good').health, 'up')
      for (const [pool, why] of [
        ['garbage', /line 1/],
        ['error', /500/],
        ['hangs', /timed out|deadline|timeout/i],
        ['endless', /limit/],
        ['refused', /refused/],
      ] as const) {
        assert.equal(state(pool).health, 'down', pool)
        assert.match(state(pool).lastError, why, pool)
        assert.equal((await program.query(`up{job="${pool}"}`))[0].value[1], '0', pool)
      }
      assert.equal((await program.query('good_metric'))[0].value[1], '42')
      assert.deepEqual(await program.query('{__name__=~"endless|not"}'), [])
      const [own] = await until(10, 'own scrapes went on', async () => {
        const found = await program.query('count_over_time(up{job="node"}[10s])')
        return Number(found[0]?.value[1]) >= 8 && found
      })
      assert.ok(Number(own.value[1]) >= 8, 'this machine was read every second meanwhile')
    } finally {
      hostile.close()
    }
  })
}

function configFor(port: number): string {
  const file = join(temporaryFolder(), 'prometheus.yml')
  const job = (name: string, target: string) =>
    `  - job_name: ${name}\n    metrics_path: /${name}\n    scrape_interval: 4s\n    scrape_timeout: 3s\n    body_size_limit: 10MB\n    fallback_scrape_protocol: PrometheusText0.0.4\n    static_configs: [{targets: ['${target}']}]\n`
  const own = `127.0.0.1:${port}`
  const jobs = ['good', 'garbage', 'error', 'hangs', 'endless'].map((name) => job(name, own))
  writeFileSync(file, `scrape_configs:\n${jobs.join('')}${job('refused', '127.0.0.1:1')}`)
  return file
}
