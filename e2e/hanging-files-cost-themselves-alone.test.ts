import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { editions, Program, temporaryFolder, until } from './support/program.ts'

/** Four files that hang when they are opened, as those of a dead server do: FIFOs that nobody writes to. */
function hangingFiles(): string {
  const folder = temporaryFolder()
  for (let i = 0; i < 4; i++) execFileSync('mkfifo', [join(folder, `hangs-${i}.prom`)])
  return folder
}

for (const edition of editions) {
  test(`four hanging files stop neither scrapes nor log, DNS, queries and SIGTERM (${edition})`, async () => {
    const textfiles = hangingFiles()
    const named = createServer((_, response) => response.end('by_name 1\n'))
    await new Promise<void>((resolve) => named.listen(0, resolve))
    const config = join(textfiles, 'prometheus.yml')
    const { port } = named.address() as { port: number }
    writeFileSync(
      config,
      `scrape_configs: [{job_name: named, scrape_interval: 1s, scrape_timeout: 1s, fallback_scrape_protocol: PrometheusText0.0.4, static_configs: [{targets: ['localhost:${port}']}]}]\n`,
    )
    const args = ['--scrape.interval=1s', `--collector.textfile.directory=${textfiles}`, `--config.file=${config}`]
    await using program = await Program.start({ edition, args })
    await until(20, 'scrapes go on', async () => {
      const [found] = await program.query('count_over_time(up{job="node"}[10s])')
      return Number(found?.value[1]) >= 4
    })
    assert.equal((await program.query('up{job="node"}'))[0].value[1], '1')
    assert.equal((await program.query('node_scrape_collector_success{collector="textfile"}'))[0]?.value[1], '0')
    assert.equal((await program.query('node_scrape_collector_success{collector="meminfo"}'))[0]?.value[1], '1')
    await until(10, 'a target found by its name', async () => (await program.query('by_name')).length > 0)
    named.closeAllConnections()
    named.close()
    const { seconds, code } = await program.end('SIGTERM')
    assert.equal(code, 0, program.log)
    assert.ok(seconds < 5, `it took ${seconds} s`)
  })
}
