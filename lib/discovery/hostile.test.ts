import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { KubeObject } from '#lib/kube'
import type { CompiledMonitor } from './compiled-monitor.ts'
import { compilePodMonitor } from './pod-monitor.ts'
import { compileProbe } from './probe.ts'
import { compileScrapeConfig } from './scrape-config-object.ts'
import { compileServiceMonitor } from './service-monitor.ts'
import { reasonText, nearestText } from './monitor-words.ts'
import { SecretSlot } from './secret-slots.ts'

/** The compilers themselves, without the net below them. */
const compilers: Readonly<Record<string, (object: KubeObject) => CompiledMonitor>> = {
  ServiceMonitor: compileServiceMonitor,
  PodMonitor: compilePodMonitor,
  Probe: compileProbe,
  ScrapeConfig: compileScrapeConfig,
}

const wild = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '../../etc/passwd',
    '$1',
    '(',
    'a'.repeat(10_000),
    -1,
    1e300,
    null,
    [],
    {},
    '__proto__',
    'constructor',
  ),
)

const fields = [
  'selector matchLabels matchExpressions namespaceSelector any matchNames endpoints podMetricsEndpoints port targetPort',
  'path scheme params interval scrapeTimeout tlsConfig ca secret configMap cert keySecret caFile bearerTokenFile',
  'bearerTokenSecret basicAuth username password authorization credentials oauth2 clientId clientSecret tokenUrl relabelings',
  'metricRelabelings sourceLabels regex action modulus targets staticConfig static ingress labels prober url jobName module',
  'staticConfigs kubernetesSDConfigs role namespaces names selectors attachMetadata node limits sampleLimit name key',
  'operator values jobLabel targetLabels podTargetLabels honorLabels fileSDConfigs __proto__ constructor',
].flatMap((line) => line.split(' '))

/** Objects whose fields have the right names and any content. */
const spec = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    wild,
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 8 }),
})).object

for (const kind of Object.keys(compilers)) {
  test(`hostile objects: any ${kind} is read or refused with reasons, never a crash`, () => {
    fc.assert(
      fc.property(spec, (content) => {
        const object = { kind, metadata: { namespace: 'a', name: 'm' }, spec: content } as unknown as KubeObject
        const monitor = compilers[kind](object)
        for (const endpoint of monitor.endpoints) {
          assertTame(endpoint.config)
          for (const reason of endpoint.problems) assert.ok(reasonText(reason).length < 2000)
        }
        for (const reason of monitor.problems) reason.nearest.map(nearestText)
        assert.ok(!monitor.problems.some(({ facts }) => String(facts.text ?? '').includes('is not a function')))
      }),
      { numRuns: 500 },
    )
  })
}

/** No file, no secret of another namespace, nothing endless. */
function assertTame(value: unknown, name = ''): void {
  if (value instanceof SecretSlot) return assert.equal(value.ref.namespace, 'a')
  assert.ok(!/_files?$/.test(name) || value === undefined, name)
  if (typeof value === 'string') return assert.ok(value.length < 50_000)
  if (typeof value !== 'object' || value === null) return
  for (const [inner, item] of Object.entries(value)) assertTame(item, inner)
}
