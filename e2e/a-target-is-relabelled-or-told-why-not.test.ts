import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { editions, Program, temporaryFolder, until } from './support/program.ts'

interface Targets {
  data: {
    activeTargets: { scrapePool: string; scrapeUrl: string; health: string; labels: Record<string, string> }[]
    droppedTargets: { scrapePool: string; discoveredLabels: Record<string, string> }[]
    droppedTargetCounts: Record<string, number>
  }
}

for (const edition of editions) {
  test(`a target is relabelled as the file says, or told which rule dropped it (${edition})`, async () => {
    const server = createServer((request, response) => response.end(`asked{path="${request.url}"} 1\nnoise 1\n`))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    try {
      await using program = await Program.start({ edition, args: [`--config.file=${configFor(port)}`] })
      const { data } = await until(30, 'the target was scraped', async () => {
        const json = JSON.parse((await program.get('/api/v1/targets')).text) as Targets
        return json.data.activeTargets.some(({ scrapePool, health }) => scrapePool === 'r' && health === 'up') && json
      })
      const active = data.activeTargets.filter(({ scrapePool }) => scrapePool === 'r')
      assert.deepEqual(
        active.map(({ scrapeUrl, labels }) => ({ scrapeUrl, labels })),
        [
          {
            scrapeUrl: `http://127.0.0.1:${port}/deep?module=x`,
            labels: { instance: `127.0.0.1:${port}`, job: 'r', zone: 'a' },
          },
        ],
      )
      assert.deepEqual(
        data.droppedTargets.map(({ scrapePool, discoveredLabels }) => [scrapePool, discoveredLabels.__address__]),
        [['r', 'dropped:1']],
      )
      assert.equal(data.droppedTargetCounts.r, 1)
      const told = JSON.parse((await program.get('/api/ui/v1/targets?pool=r')).text) as {
        dropped: { reason: object }[]
      }
      assert.deepEqual(told.dropped[0].reason, {
        id: 'relabelled-away',
        facts: {
          rule: 0,
          action: 'drop',
          sourceLabels: '__address__',
          regex: 'dropped.*',
          targetLabel: '',
          value: 'dropped:1',
        },
      })
      const result = await until(20, 'its samples are there', async () => {
        const query = encodeURIComponent('{job="r",__name__!~"up|scrape_.*"}')
        const json = JSON.parse((await program.get(`/api/v1/query?query=${query}`)).text) as {
          data: { result: { metric: Record<string, string> }[] }
        }
        return json.data.result.length > 0 && json.data.result
      })
      assert.deepEqual(
        result.map(({ metric }) => metric),
        [{ __name__: 'renamed', instance: `127.0.0.1:${port}`, job: 'r', path: '/deep?module=x', zone: 'a' }],
      )
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
}

function configFor(port: number): string {
  const file = join(temporaryFolder(), 'prometheus.yml')
  writeFileSync(
    file,
    `scrape_configs:
  - job_name: r
    scrape_interval: 1s
    fallback_scrape_protocol: PrometheusText0.0.4
    static_configs:
      - targets: ['dropped:1', '127.0.0.1:${port}']
        labels: { __zone: a }
    relabel_configs:
      - { action: drop, source_labels: [__address__], regex: 'dropped.*' }
      - { source_labels: [__zone], target_label: zone }
      - { target_label: __metrics_path__, replacement: /deep }
      - { target_label: __param_module, replacement: x }
    metric_relabel_configs:
      - { action: drop, source_labels: [__name__], regex: noise }
      - { source_labels: [__name__], regex: asked, target_label: __name__, replacement: renamed }
`,
  )
  return file
}
