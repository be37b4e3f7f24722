import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { writeText } from '#lib/exposition'
import { NodeCollectors } from './node-collectors.ts'

const binary = join(homedir(), '.cache/binnacle-tools/peers/node_exporter')
const skip = existsSync(binary) ? false : 'node_exporter is not installed among the peers'

/** Families whose values stay the same between two reads. */
const steady =
  /^node_(boot_time|disk_info|filesystem_(size|readonly|mount_info)|memory_(MemTotal|SwapTotal)|os_|uname_|nf_conntrack_entries_limit|entropy_pool|time_(clocksource|zone))/

const port = 39_000 + (process.pid % 900)

/** What a node_exporter with the same collectors answers. */
async function startExporter(t: TestContext, collectors: readonly string[]): Promise<() => Promise<string>> {
  const chosen = collectors.map((name) => `--collector.${name}`)
  const address = `127.0.0.1:${port}`
  const args = [`--web.listen-address=${address}`, '--collector.disable-defaults', ...chosen]
  const child = spawn(binary, args, { stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
  const ask = async () => (await fetch(`http://${address}/metrics`)).text()
  for (let attempt = 0; attempt < 50; attempt++) {
    const isUp = await ask().then(
      () => true,
      () => false,
    )
    if (isUp) return ask
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('node_exporter does not answer')
}

const nodeLines = (text: string) => text.split('\n').filter((line) => /^(# (HELP|TYPE) )?node_/.test(line))
const ours = (line: string) => !/node_exporter_build_info/.test(line)
const isSteady = (line: string) => steady.test(line)

/** A line without its value. */
const withoutValue = (line: string) => (line.startsWith('#') ? line : line.slice(0, line.lastIndexOf(' ')))

test('node metrics: names, types, help, labels and steady values are node_exporter’s', { skip }, async (t) => {
  const node = new NodeCollectors()
  t.after(() => node.close())
  const ask = await startExporter(t, node.names)
  const theirs = nodeLines(await ask()).filter(ours)
  const mine = nodeLines(new TextDecoder().decode(writeText(await node.collect())))
  assert.deepEqual(mine.map(withoutValue), theirs.map(withoutValue))
  assert.deepEqual(mine.filter(isSteady), theirs.filter(isSteady))
})

test('node metrics: cost of an answer beside node_exporter’s', { skip }, async (t) => {
  const node = new NodeCollectors()
  t.after(() => node.close())
  const ask = await startExporter(t, node.names)
  const mine = await median(async () => writeText(await node.collect()))
  const theirs = await median(ask)
  t.diagnostic(`ours ${mine.toFixed(2)} ms (collect and write), node_exporter ${theirs.toFixed(2)} ms (over HTTP)`)
  assert.ok(mine < 100)
})

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 40; i++) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return times.toSorted((a, b) => a - b)[20]
}
