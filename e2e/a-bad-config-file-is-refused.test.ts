import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { editions, freePort, runToEnd, temporaryFolder } from './support/program.ts'

const cases: readonly (readonly [string, string, string, RegExp])[] = [
  ['an unknown field', 'scrape_configs:\n  - job_name: a\n    metric_path: /m\n', '3:5', /metric_path/],
  ['a wrong type', 'global:\n  scrape_interval: [15s]\n', '2:3', /scrape_interval/],
  ['broken YAML', 'scrape_configs:\n  - job_name: "a\n', '3:1', /YAML: Missing closing "quote/],
  [
    'two jobs of one name',
    'scrape_configs:\n  - job_name: a\n  - job_name: a\n',
    '3:5',
    /multiple scrape configs with job name "a"/,
  ],
  [
    'an option that would lose data',
    'remote_write:\n  - url: http://x\n',
    '1:1',
    /remote_write is not supported yet: remove it/,
  ],
]

for (const edition of editions) {
  test(`a bad config file is refused with its place and what to do (${edition})`, async () => {
    const folder = temporaryFolder()
    for (const [name, text, place, why] of cases) {
      const file = join(folder, 'prometheus.yml')
      writeFileSync(file, text)
      const { code, log } = await runToEnd(
        [
          'up',
          `--config.file=${file}`,
          `--storage.tsdb.path=${folder}/data`,
          `--web.listen-address=127.0.0.1:${await freePort()}`,
        ],
        { edition },
      )
      assert.equal(code, 1, `${name}: ${log}`)
      assert.ok(log.includes(`${file}:${place}`), `${name}: ${log}`)
      assert.match(log, why, name)
    }
  })
}
