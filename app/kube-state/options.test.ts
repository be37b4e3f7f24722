import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadOptionsFile } from '#lib/kube-state'
import { type FlagValues, type KubeStateOptions, optionsOfFlags, withOptionsFile } from './options.ts'

test('kube-state options: nothing said is what kube-state-metrics does', () => {
  const { host, port, telemetryHost, telemetryPort, idleTimeoutMs, headerTimeoutMs, settings } = optionsOfFlags({})
  assert.deepEqual([host, port, telemetryHost, telemetryPort], ['::', 8080, '::', 8081])
  assert.deepEqual([idleTimeoutMs, headerTimeoutMs], [300_000, 5000])
  assert.deepEqual([settings.shard, settings.totalShards, settings.resources], [0, 1, []])
})

const flags: readonly [FlagValues, (options: KubeStateOptions) => unknown, unknown][] = [
  [{ resources: 'pods, nodes,,pods' }, ({ settings }) => settings.resources, ['pods', 'nodes']],
  [{ 'track-unscheduled-pods': 'true' }, ({ settings }) => settings.unscheduledPods, true],
  [{ 'enable-gzip-encoding': 'false' }, ({ gzip }) => gzip, false],
  [{ 'server-read-timeout': '1m30s' }, ({ readTimeoutMs }) => readTimeoutMs, 90_000],
  [{ 'server-write-timeout': '1.5h' }, ({ writeTimeoutMs }) => writeTimeoutMs, 5_400_000],
  [{ 'metric-labels-allowlist': 'pods=[*]' }, ({ settings }) => [...settings.labels], [['pods', ['*']]]],
]

for (const [given, read, wanted] of flags)
  test(`kube-state options: ${JSON.stringify(given)}`, () => assert.deepEqual(read(optionsOfFlags(given)), wanted))

const wrong: readonly [FlagValues, RegExp][] = [
  [{ port: 'x' }, /^--port=x: not a whole number$/],
  [{ 'auth-filter': 'maybe' }, /^--auth-filter=maybe: not true or false$/],
  [{ 'server-idle-timeout': '5' }, /^--server-idle-timeout=5: not a duration/],
  [{ 'metric-labels-allowlist': 'pods[a]' }, /^--metric-labels-allowlist=pods\[a\]: invalid format/],
]

for (const [given, message] of wrong)
  test(`kube-state options: refuses ${JSON.stringify(given)}`, () =>
    assert.throws(() => optionsOfFlags(given), { message }))

test('kube-state options: a file wins over flags where it says something', async () => {
  const file = await loadOptionsFile(
    `resources: { pods: {}, nodes: }
metric_denylist: [kube_pod_labels]
labels_allow_list: { pods: [app, team/*] }
shard: 1
total_shards: 3
server_read_timeout: 10s
custom_resource_config_file: /old.yaml
`,
    'options.yaml',
  )
  const options = withOptionsFile(optionsOfFlags({ resources: 'secrets', port: '9', shard: '0' }), file)
  assert.deepEqual(options.settings.resources, ['pods', 'nodes'])
  assert.deepEqual(options.settings.deniedMetrics, ['kube_pod_labels'])
  assert.deepEqual(options.settings.labels.get('pods'), ['app', 'team/*'])
  assert.deepEqual([options.settings.shard, options.settings.totalShards], [1, 3])
  assert.deepEqual([options.port, options.readTimeoutMs, options.customResourceFile], [9, 10_000, '/old.yaml'])
})

const files: readonly [string, RegExp][] = [
  ['resource: {}\n', /options\.yaml:1/],
  ['labels_allow_list: { pods: [a-*-*] }\n', /only one wildcard per label allowed/],
  ['port: -1\n', /options\.yaml:1:1: port/],
]

for (const [text, message] of files)
  test(`kube-state options: refuses the file ${JSON.stringify(text)}`, () =>
    assert.rejects(loadOptionsFile(text, 'options.yaml'), { message }))
