import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { loadYaml } from '#lib/yaml'
import { globalScrapeEntries, scrapeConfigSchema } from './config.ts'
import { formatOf } from './content-type.ts'
import { poolsFromConfig } from './pool.ts'
import { formatDurationMs, parseDurationMs, parseSizeBytes } from './units.ts'

const schema = v.strictObject({
  global: v.optional(v.strictObject(globalScrapeEntries)),
  scrape_configs: v.array(scrapeConfigSchema),
})

function pools(text: string) {
  const located = loadYaml(text, 'prometheus.yml', schema)
  return poolsFromConfig(located.value.global ?? {}, located.value.scrape_configs, (path, text) =>
    located.errorAt(path, text),
  )
}

test('scrape: a job takes defaults from global, and those from Prometheus', () => {
  const [a, b] = pools(`
global: { scrape_interval: 5s, sample_limit: 7 }
scrape_configs:
  - job_name: a
    static_configs: [{ targets: ['x:1'], labels: { env: dev, n: 1 } }]
  - { job_name: b, scrape_interval: 1m30s, scrape_timeout: 20s, body_size_limit: 10MB, sample_limit: 0, honor_labels: true }
`)
  assert.equal(a.options.intervalMs, 5000)
  assert.equal(a.options.timeoutMs, 5000)
  assert.equal(a.options.sampleLimit, 7)
  assert.equal(a.options.metricsPath, '/metrics')
  assert.deepEqual(a.groups, [{ targets: ['x:1'], labels: { env: 'dev', n: '1' } }])
  assert.deepEqual(
    [b.options.intervalMs, b.options.timeoutMs, b.options.bodyLimitBytes],
    [90_000, 20_000, 10 * 2 ** 20],
  )
  assert.deepEqual([b.options.sampleLimit, b.options.honorLabels], [0, true])
})

test('scrape: a mistake in the configuration is refused with its place', () => {
  const cases: [string, RegExp][] = [
    [
      '{ job_name: a, scrape_interval: 1s, scrape_timeout: 2s }',
      /:3:.*scrape timeout greater than scrape interval for scrape config with job name "a"/,
    ],
    ['{ job_name: a }\n  - { job_name: a }', /:4:7: found multiple scrape configs with job name "a"/],
    ['{ scrape_interval: 1s }', /job_name/],
    ['{ job_name: "" }', /job_name is empty/],
    ['{ job_name: a, nonsense: 1 }', /unknown field "nonsense"/],
    ['{ job_name: a, relabel_configs: [null] }', /empty or null target relabeling rule in scrape config/],
    ['{ job_name: a, metric_relabel_configs: [{action: x}] }', /:3:.*unknown relabel action "x"/],
    [
      '{ job_name: a, relabel_configs: [{action: drop}, {action: hashmod, target_label: x}] }',
      /:3:.*relabel configuration for hashmod requires non-zero modulus/,
    ],
    ['{ job_name: a, kubernetes_sd_configs: [{role: pods}] }', /unknown Kubernetes SD role "pods"/],
    ['{ job_name: a, dns_sd_configs: [] }', /dns_sd_configs is known from Prometheus but not supported yet/],
    ['{ job_name: a, scrape_interval: 10 }', /not a valid duration/],
    ['{ job_name: a, scheme: ftp }', /scheme must be http or https/],
    ['{ job_name: a, static_configs: [{ targets: ["http://x"] }] }', /not a valid hostname/],
    ['{ job_name: a, scrape_protocols: [] }', /scrape_protocols cannot be empty/],
    ['{ job_name: a, scrape_protocols: [PrometheusText0.0.4, PrometheusText0.0.4] }', /duplicated protocol/],
    [
      '{ job_name: a, basic_auth: { password: x, password_file: y } }',
      /at most one of basic_auth password & password_file/,
    ],
    [
      '{ job_name: a, basic_auth: { username: x }, authorization: { credentials: y } }',
      /at most one of basic_auth, oauth2 & authorization/,
    ],
    ['{ job_name: a, http_headers: { user-agent: { values: [x] } } }', /setting header "User-Agent" is not allowed/],
    [
      String.raw`{ job_name: a, http_headers: { "X\r\nEvil": { values: [x] } } }`,
      /"X\\r\\nEvil" is not a valid header name/,
    ],
    ['{ job_name: a, convert_classic_histograms_to_nhcb: 1 }', /convert_classic_histograms_to_nhcb/],
    ['{ job_name: a, native_histogram_bucket_limit: -1 }', /native_histogram_bucket_limit/],
    ['{ job_name: a, scrape_protocols: [] }', /scrape_protocols cannot be empty/],
    ['{ job_name: a, scrape_protocols: [PrometheusProto, PrometheusProto] }', /duplicated protocol/],
    ['{ job_name: a, scrape_protocols: [Proto] }', /unknown scrape protocol, supported: PrometheusProto, /],
  ]
  for (const [job, error] of cases) assert.throws(() => pools(`global: {}\nscrape_configs:\n  - ${job}\n`), error, job)
})

test('scrape: native histograms are asked for by protobuf first, unless the protocols are given', () => {
  const [plain, native, both, given] = pools(`
global: { scrape_native_histograms: true, always_scrape_classic_histograms: true }
scrape_configs:
  - { job_name: a, scrape_native_histograms: false }
  - { job_name: b, native_histogram_bucket_limit: 100, native_histogram_min_bucket_factor: 1.1 }
  - { job_name: c, always_scrape_classic_histograms: false, convert_classic_histograms_to_nhcb: true }
  - { job_name: d, scrape_protocols: [PrometheusText0.0.4], fallback_scrape_protocol: PrometheusProto }
`).map(({ options }) => options)
  assert.equal(plain.protocols[0], 'OpenMetricsText1.0.0')
  assert.equal(native.protocols[0], 'PrometheusProto')
  assert.deepEqual([native.nativeHistograms, native.classicHistograms, native.convertHistograms], [true, true, false])
  assert.deepEqual([native.bucketLimit, native.minBucketFactor, both.bucketLimit], [100, 1.1, 0])
  assert.deepEqual([both.classicHistograms, both.convertHistograms], [false, true])
  assert.deepEqual([given.protocols, given.fallbackProtocol], [['PrometheusText0.0.4'], 'PrometheusProto'])
})

test('scrape: durations and sizes are spelled as in Prometheus', () => {
  assert.equal(parseDurationMs('1h30m5s7ms'), 5_405_007)
  assert.equal(parseDurationMs('1s1h'), undefined)
  assert.equal(parseDurationMs(''), undefined)
  assert.equal(formatDurationMs(90_000), '1m30s')
  assert.equal(parseSizeBytes('1.5KB'), 1536)
  assert.equal(parseSizeBytes('10'), undefined)
})

test('scrape: the format follows Content-Type, or the fallback with a warning', () => {
  assert.deepEqual(formatOf('text/plain; version=0.0.4', undefined), { format: 'text', warning: '' })
  assert.equal(formatOf('application/openmetrics-text; charset=utf-8', undefined).format, 'openmetrics')
  assert.equal(formatOf('', undefined).format, undefined)
  assert.deepEqual(formatOf('text/html', 'PrometheusText0.0.4'), {
    format: 'text',
    warning: 'received unsupported Content-Type "text/html", using fallback_scrape_protocol "text/plain"',
  })
})

test('scrape: how a job speaks to its targets is what the file says', () => {
  const http = (fields: string) => pools(`scrape_configs: [{ job_name: a, ${fields} }]`)[0].options.http
  const tls = http('tls_config: { ca_file: /ca, server_name: kubernetes }').tls_config
  assert.deepEqual([tls?.ca_file, tls?.server_name, tls?.insecure_skip_verify], ['/ca', 'kubernetes', false])
  assert.equal(http('authorization: { credentials_file: /token }').authorization?.credentials_file, '/token')
  assert.equal(http('basic_auth: { username: me, password: x }').basic_auth?.username, 'me')
  assert.equal(http('bearer_token: x').bearer_token, 'x')
  assert.equal(http('proxy_url: http://proxy:3128').proxy_url, 'http://proxy:3128')
  assert.deepEqual(http('http_headers: { X-A: { values: [b] } }').http_headers['X-A'].values, ['b'])
})
