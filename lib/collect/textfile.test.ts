import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { NodeCollectors } from './node-collectors.ts'

test('textfile: files that hang cost the collector its success, not the other files and collectors', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'textfile-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (let i = 0; i < 4; i++) execFileSync('mkfifo', [join(folder, `hangs-${i}.prom`)])
  writeFileSync(join(folder, 'good.prom'), 'good 1\n')
  const flags = { 'collector.disable-defaults': true, 'collector.textfile.directory': [folder] }
  const node = new NodeCollectors({ flags, enabled: ['textfile', 'loadavg'] })
  t.after(() => node.close())
  for (const limitMs of [5000, 400]) {
    const started = performance.now()
    const families = await node.collect()
    assert.ok(performance.now() - started < limitMs, 'a file that hung is not asked again at once')
    const success = families.find(({ name }) => name === 'node_scrape_collector_success')
    const values = success?.metrics.map(({ labels, value }) => [labels[1], value])
    assert.deepEqual(values, [
      ['loadavg', 1],
      ['textfile', 0],
    ])
    assert.ok(families.some(({ name }) => name === 'node_load1'))
  }
})
