import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError } from '#lib/yaml'
import { parseConfig, readConfig } from './config.ts'

function mistake(text: string): string {
  try {
    parseConfig(text, 'p.yml')
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

test('config: the window for samples out of order is read; what of storage is not used is told', () => {
  const text = 'storage:\n  tsdb:\n    out_of_order_time_window: 30m\n    chunk_encoding: {}\n  exemplars: {}\n'
  const { outOfOrderMs, notices } = parseConfig(text, 'p.yml')
  assert.equal(outOfOrderMs, 1_800_000)
  assert.deepEqual(
    notices.map(({ section }) => section),
    ['storage.tsdb.chunk_encoding', 'storage.exemplars'],
  )
  assert.equal(parseConfig('', 'p.yml').outOfOrderMs, 0)
  assert.throws(
    () => parseConfig('storage:\n  tsdb:\n    out_of_order_time_window: soon\n', 'p.yml'),
    /p.yml:3:5: .*not a valid duration/,
  )
})

test('config: an empty file is an empty configuration', () => {
  const config = parseConfig('', 'p.yml')
  assert.deepEqual(config.pools, [])
  assert.deepEqual(config.externalLabels, {})
})

test('config: targets and their job are taken as Prometheus takes them', () => {
  const config = parseConfig(
    'global: {scrape_interval: 5s, external_labels: {cluster: a}}\nscrape_configs:\n  - job_name: x\n    static_configs: [{targets: ["a:1", "b:2"]}]\n',
    'p.yml',
  )
  assert.equal(config.pools[0].name, 'x')
  assert.equal(config.pools[0].options.intervalMs, 5000)
  assert.equal(config.pools[0].groups[0].targets.length, 2)
  assert.deepEqual(config.externalLabels, { cluster: 'a' })
})

test('config: what would lose data is refused, what would not is taken and told', () => {
  assert.match(
    mistake('remote_write: [{url: "http://a"}]\n'),
    /^p\.yml:1:1: remote_write: remote_write is not supported yet: remove it/,
  )
  assert.match(mistake('scrape_config: []\n'), /^p\.yml:1:1: unknown field "scrape_config"/)
  assert.deepEqual(
    parseConfig('rule_files: [a.yml]\n', 'p.yml').notices.map(({ section }) => section),
    ['rule_files'],
  )
})

test('config: a file that is not there is named', () => {
  assert.throws(
    () => readConfig('/nowhere/p.yml'),
    /^ConfigError|\/nowhere\/p\.yml:1:1: cannot read it: there is no such file/,
  )
})

test('config: secrets are never shown', () => {
  const text =
    'scrape_configs:\n  - job_name: x\n    basic_auth: {username: u, password: "s3cret"}\n    static_configs: [{targets: ["a:1"]}]\n'
  const { shown } = parseConfig(text, 'p.yml')
  assert.doesNotMatch(shown, /s3cret/)
  assert.match(shown, /password: <secret>/)
})

interface Case {
  readonly id: string
  readonly file: string
  readonly area: string
  readonly expect: 'accept' | 'reject'
  readonly agent_mode?: boolean
  readonly kind?: string
}

const folder = process.env.BINNACLE_CONFORMANCE ?? join(import.meta.dirname, '../../../shared/conformance')
const cases = join(folder, 'config/cases.json')

/** A file that needs a part of Prometheus which is not built is refused for that alone. */
const NOT_BUILT = /unknown field|not supported yet/

test(
  'config: files that Prometheus refuses are refused, with a place',
  { skip: !existsSync(cases) && `there are no cases in ${folder}` },
  (t) => {
    const list = (JSON.parse(readFileSync(cases, 'utf8')) as Case[]).filter(
      (one) => one.area === 'core' && one.agent_mode !== true && one.kind === undefined,
    )
    const wrong: string[] = []
    let notBuilt = 0
    for (const one of list) {
      const text = readFileSync(join(folder, 'config/files', one.file), 'utf8')
      let message = ''
      try {
        // A section without effect yet is not read, so that its mistakes are not found.
        if (parseConfig(text, one.file).notices.length > 0) message = 'not supported yet'
      } catch (error) {
        if (!(error instanceof ConfigError)) wrong.push(`${one.id}: not a ConfigError: ${String(error)}`)
        message = (error as Error).message
      }
      if (NOT_BUILT.test(message)) notBuilt++
      else if ((message === '') !== (one.expect === 'accept'))
        wrong.push(`${one.id}: ${one.expect}, but ${message || 'accepted'}`)
    }
    t.diagnostic(`${list.length} cases, ${notBuilt} of them need what is not built`)
    assert.deepEqual(wrong, [])
  },
)
