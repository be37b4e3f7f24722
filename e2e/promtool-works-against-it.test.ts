import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { Program, until } from './support/program.ts'
import { toolPath } from './support/tools.ts'

const promtool = toolPath('promtool') ?? ['/usr/bin/promtool'].find((file) => existsSync(file))

test(
  'promtool queries it as it queries Prometheus',
  { skip: promtool === undefined && 'promtool is not on this machine (Debian: apt-get install prometheus)' },
  async () => {
    await using program = await Program.start({ args: ['--scrape.interval=1s'] })
    await until(15, 'a scrape', async () => (await program.query('up{job="node"}')).length > 0)
    const run = (...args: string[]) => execFileSync(promtool ?? '', args, { encoding: 'utf8' })
    assert.match(run('query', 'instant', program.url, 'up{job="node"}'), /^up\{instance="[^"]+", job="node"\} => 1 @\[/)
    assert.match(run('query', 'range', program.url, 'up{job="node"}'), /job="node"/)
    assert.match(run('query', 'labels', program.url, 'job'), /^node$/m)
    assert.match(run('query', 'series', '--match=up', program.url), /job="node"/)
    const check = spawnSync(promtool ?? '', ['check', 'metrics'], {
      input: (await program.get('/metrics')).text,
      encoding: 'utf8',
    })
    // Its lint dislikes names that node_exporter gave; a mistake of the format would be an error.
    assert.doesNotMatch(check.stderr, /error while|parse error/i)
    assert.ok(check.status === 0 || check.status === 3, check.stderr)
  },
)
