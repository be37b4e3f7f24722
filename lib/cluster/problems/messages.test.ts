import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { parseRefusal } from './admission-message.ts'
import { parseBlindness } from './autoscalers.ts'
import { parseMissingConfig } from './config-missing.ts'
import { probeOf } from './crashes.ts'
import { parseEviction } from './evictions.ts'
import { registryWords, whyNoImage } from './images.ts'
import { nearest } from './nearest.ts'
import { parseSchedulerMessage } from './scheduler-message.ts'
import { clip, few } from './text.ts'

const scheduler: readonly (readonly [string, string])[] = [
  [
    '0/4 nodes are available: 1 Too many pods, 3 Insufficient memory.',
    '3 insufficient memory; 1 too-many-pods Too many pods',
  ],
  [
    '0/6 nodes are available: 1 node(s) had untolerated taint {a: b}, 2 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 3 Insufficient cpu. preemption: 0/6 nodes are available: 3 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.',
    '3 insufficient cpu; 2 taint node.kubernetes.io/unreachable:; 1 taint a: b',
  ],
  [
    "0/2 nodes are available: 2 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate.",
    '2 taint dedicated: gpu',
  ],
  [
    "0/3 nodes are available: 1 node(s) didn't match node selector, 2 node(s) had volume node affinity conflict.",
    "2 volume-place node(s) had volume node affinity conflict; 1 selector node(s) didn't match node selector",
  ],
  [
    '0/1 nodes are available: 1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.',
    '1 volume-used node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
  [
    '0/1 nodes are available: 1 cannot allocate all claims. still not schedulable, preemption: not eligible due to preemptionPolicy=Never.',
    '1 other cannot allocate all claims',
  ],
]

test('messages: the scheduler’s reasons are counted, the most frequent first', () => {
  for (const [message, expected] of scheduler) {
    const { reasons } = parseSchedulerMessage(message)
    assert.equal(reasons.map(({ kind, nodes, detail }) => `${nodes} ${kind} ${detail}`).join('; '), expected)
  }
  const { rest, nodes } = parseSchedulerMessage(
    '0/3 nodes are available: persistentvolumeclaim "x" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  )
  assert.deepEqual([nodes, rest], [3, 'persistentvolumeclaim "x" not found'])
})

const images: readonly (readonly [string, string, string])[] = [
  ['ErrImagePull', 'toomanyrequests: You have reached your unauthenticated pull rate limit', 'rate'],
  ['ErrImagePull', 'no match for platform in manifest: not found', 'platform'],
  ['ErrImagePull', 'unexpected status from HEAD request to https://ghcr.io/v2/a/manifests/1: 403 Forbidden', 'denied'],
  ['ErrImagePull', 'manifest unknown: manifest tagged by "2" is not found', 'absent'],
  ['ErrImagePull', 'failed to extract layer: write /var/lib/x: no space left on device', 'space'],
  ['ErrImagePull', 'tls: failed to verify certificate: x509: certificate signed by unknown authority', 'unreachable'],
  ['ErrImageNeverPull', '', 'never'],
  ['ImagePullBackOff', '', 'other'],
]

test('messages: a registry’s words tell why there is no image', () => {
  for (const [reason, words, why] of images) assert.equal(whyNoImage(reason, words), why, words)
  assert.equal(registryWords('Back-off pulling image "a:1"'), '')
})

test('messages: what is missing is named, be it whole or a key', () => {
  assert.deepEqual(parseMissingConfig('secret "a.b" not found'), { kind: 'secret', name: 'a.b', key: '' })
  assert.deepEqual(parseMissingConfig("couldn't find key k.conf in ConfigMap shop/settings"), {
    kind: 'configmap',
    name: 'settings',
    key: 'k.conf',
  })
  assert.deepEqual(
    parseMissingConfig('MountVolume.SetUp failed for volume "v" : references non-existent secret key: tls.key'),
    { kind: 'secret', name: '', key: 'tls.key' },
  )
  assert.equal(parseMissingConfig('container has runAsNonRoot and image will run as root'), undefined)
})

test('messages: a refusal tells what refuses', () => {
  const rules = (message: string) => parseRefusal(message).rule
  assert.equal(
    rules('pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=5, limited: pods=5'),
    'create-over-quota',
  )
  assert.equal(
    rules(
      'pods "a" is forbidden: memory max limit to request ratio per Container is 2, but provided ratio is 4.000000',
    ),
    'create-against-limit-range',
  )
  assert.equal(rules('admission webhook "a.b" denied the request without explanation'), 'create-refused-by-webhook')
  assert.equal(
    rules('Internal error occurred: failed calling webhook "a.b"; no further details available'),
    'create-webhook-failing',
  )
  assert.equal(rules('Internal error occurred: etcdserver: request timed out'), 'create-refused')
})

test('messages: an eviction tells the resource, or the pod’s own limit', () => {
  assert.equal(parseEviction('The node was low on resource: ephemeral-storage. ').resource, 'ephemeral-storage')
  assert.equal(parseEviction('The node had condition: [DiskPressure]. ').resource, 'DiskPressure')
  assert.equal(parseEviction('Container api exceeded its local ephemeral storage limit "1Gi". ').limit, 'api 1Gi')
  assert.equal(
    parseEviction('Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. ').limit,
    'Pod 2Gi',
  )
})

test('messages: an autoscaler tells what it lacks', () => {
  const why = (reason: string, message: string) => parseBlindness({ reason, message }).why
  assert.equal(
    why(
      'FailedGetPodsMetric',
      'unable to get metric rps: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    ),
    'api',
  )
  assert.equal(
    why('FailedGetResourceMetric', 'did not receive metrics for targeted pods (pods might be unready)'),
    'no-samples',
  )
  assert.equal(why('InvalidSelector', "the HPA target's scale is missing a selector"), 'selector')
})

test('messages: a probe is told from what it says', () => {
  assert.deepEqual(probeOf('Liveness probe errored and resulted in unknown state: rpc error'), {
    probe: 'liveness',
    message: 'rpc error',
  })
  assert.deepEqual(probeOf('Startup probe failed: '), { probe: 'startup', message: '' })
  assert.equal(probeOf('Pod was terminated'), undefined)
})

test('messages: the nearest name is near, or there is none', () => {
  assert.equal(nearest('settigns', ['secrets', 'settings', 'x']), 'settings')
  assert.equal(nearest('settings', ['settings', 'database']), undefined)
  assert.equal(few(['c', 'a', 'b', 'd', 'a']), 'a, b, c +1')
  assert.equal(clip('a\n\tb  c', 4), 'a b…')
})

test('messages: no text makes a parser throw or hang', () => {
  const parsers = [parseSchedulerMessage, parseRefusal, parseMissingConfig, parseEviction, probeOf, registryWords, clip]
  const said = [
    ...scheduler.map(([message]) => message),
    ...images.map(([, words]) => words),
    'failed calling webhook "',
    'exceeded quota: ',
    'usage per ',
    '{',
    ', 1 ',
  ]
  const pieces = fc.array(fc.oneof(fc.string(), fc.constantFrom(...said)), { maxLength: 12 })
  fc.assert(
    fc.property(pieces, (parts) => {
      for (const parse of parsers) parse(parts.join(''))
      parseBlindness({ reason: parts[0] ?? '', message: parts.join('') })
    }),
    { numRuns: 500 },
  )
  const long = 'exceeded quota: a, requested: '.repeat(5000) + ', used: '.repeat(5000)
  const startedMs = performance.now()
  for (const parse of parsers) parse(long.slice(0, 1000))
  assert.ok(performance.now() - startedMs < 200)
})
