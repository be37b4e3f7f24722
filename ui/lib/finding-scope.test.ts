import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#lib/verdict'
import { adviceWithout, findingPath, isWithin, reportOf } from './finding-scope.ts'

const finding = (kind: string, name: string, severity: Finding['severity'] = 'critical'): Finding => ({
  rule: `${kind}-bad`,
  severity,
  object: { kind, name, namespace: name.includes('/') ? name.split('/')[0] : kind === 'disk' ? undefined : '' },
  facts: {},
})

const findings = [
  finding('node', 'node-b'),
  ...['a', 'b', 'c', 'd', 'e', 'f'].map((pod) => finding('pod', `shop/${pod}`)),
  finding('claim', 'data/disk', 'warning'),
  finding('namespace', 'old', 'warning'),
]
const list = { verdict: { id: 'needs-attention', facts: { critical: 7, warnings: 2 } }, findings, more: 3 } as const

test('findings: five are shown and the rest is counted, until all are asked for', () => {
  const short = reportOf(list, { namespaces: [], all: false })
  assert.equal(short.needs.length, 5)
  assert.equal(short.more, 7)
  assert.equal(short.verdict, list.verdict)
  const long = reportOf(list, { namespaces: [], all: true })
  assert.equal(long.needs.length, 9)
  assert.equal(long.more, 3)
})

test('findings: a page narrowed to namespaces counts what is theirs, and what all stand on', () => {
  const narrow = reportOf(list, { namespaces: ['data'], all: false })
  assert.deepEqual(
    narrow.needs.map(({ object }) => object.name),
    ['node-b', 'data/disk'],
  )
  assert.deepEqual(narrow.verdict, { id: 'needs-attention', facts: { critical: 1, warnings: 1 } })
  assert.equal(narrow.more, 0)
})

test('findings: a narrowed page without any says that all is well, and not before there is data', () => {
  const none = { ...list, findings: findings.slice(1), more: 0 }
  const quiet = { namespaces: ['quiet'], all: false }
  assert.equal(reportOf(none, quiet).verdict.id, 'all-fine')
  assert.equal(reportOf({ ...none, verdict: { id: 'no-data', facts: {} } }, quiet).verdict.id, 'no-data')
})

test('findings: a namespace is within itself only', () => {
  assert.equal(isWithin({ kind: 'namespace', name: 'old' }, ['old']), true)
  assert.equal(isWithin({ kind: 'namespace', name: 'old' }, ['shop']), false)
  assert.equal(isWithin({ kind: 'filesystem', name: '/' }, ['shop']), false)
})

test('findings: each opens the nearest page that there is', () => {
  const cases: [Parameters<typeof findingPath>[0], string | null][] = [
    [{ kind: 'deployment', name: 'shop/api', namespace: 'shop', pod: 'api-1' }, '/workloads/Deployment/shop/api'],
    [{ kind: 'pod', name: 'shop/api-1', namespace: 'shop' }, '/pods/shop/api-1'],
    [{ kind: 'node', name: 'node-b' }, '/nodes/node-b'],
    [{ kind: 'namespace', name: 'old' }, '/namespaces/old'],
    [{ kind: 'claim', name: 'data/disk', namespace: 'data', pod: 'db-0' }, '/pods/data/db-0'],
    [{ kind: 'service', name: 'shop/web', namespace: 'shop' }, '/namespaces/shop'],
    [{ kind: 'apiservice', name: 'v1beta1.metrics.k8s.io' }, null],
    [{ kind: 'container', name: 'redis' }, null],
  ]
  for (const [object, path] of cases) assert.equal(findingPath(object), path, object.name)
})

test('findings: advice ends as a sentence where its command is shown apart', () => {
  assert.equal(adviceWithout('Read its last lines: kubectl logs x', 'kubectl logs x'), 'Read its last lines.')
  assert.equal(adviceWithout('Free some space.', undefined), 'Free some space.')
  assert.equal(adviceWithout('Run x: now', 'kubectl'), 'Run x: now')
})

test('findings: the page of this machine tells of this machine only', () => {
  const mixed = { ...list, findings: [...findings, finding('disk', 'sda', 'warning')] }
  const { needs, verdict, more } = reportOf(mixed, { namespaces: [], all: false, isMachine: true })
  assert.deepEqual(
    needs.map(({ object }) => object.name),
    ['sda'],
  )
  assert.equal(verdict.id, 'watch')
  assert.equal(more, 0)
})
