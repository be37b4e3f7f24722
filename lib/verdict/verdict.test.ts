import assert from 'node:assert/strict'
import { test } from 'node:test'

import { english } from './catalogue-en.ts'
import { korean } from './catalogue-ko.ts'
import { evaluateVerdict, findContainerStates, sayFinding, sayVerdict, summarise } from './index.ts'
import { ruleIds } from './rules.ts'
import { listFindings } from './summarise.ts'

import type { Finding } from './index.ts'

const one = (rule: string, severity: Finding['severity'], name = 'web'): Finding => ({
  rule,
  severity,
  object: { kind: 'container', name },
  facts: {},
})

test('verdict: both catalogues have a sentence for every rule and verdict', () => {
  for (const { rules, verdicts } of [english, korean]) {
    assert.deepEqual(Object.keys(rules).sort(), [...ruleIds].sort())
    assert.deepEqual(Object.keys(verdicts).sort(), ['all-fine', 'needs-attention', 'no-data', 'watch'])
  }
  for (const catalogue of [english, korean]) {
    for (const rule of ruleIds) {
      const { title, evidence, action } = sayFinding(one(rule, 'critical'), catalogue)
      for (const text of [title, evidence, action]) assert.ok(text !== '' && !/undefined|NaN/.test(text), text)
    }
  }
})

test('verdict: everything else is fine only without a warning', () => {
  const critical = one('container-restarting', 'critical')
  assert.match(sayVerdict(summarise([critical]), english).sentence, /Everything else is fine/)
  const both = summarise([critical, one('container-exited', 'warning', 'other')])
  assert.equal(sayVerdict(both, english).sentence, '1 problem needs attention now; 1 more to watch.')
})

test('verdict: one entry for each cause, at most five, the worst first', () => {
  const killed = [one('container-memory-near-limit', 'critical'), one('container-oom-killed', 'critical')]
  assert.deepEqual(summarise(killed).needs, [killed[1]])
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => one('container-exited', 'warning', name))
  const report = summarise([...many, one('container-restarting', 'critical', 'z')])
  assert.equal(report.needs.length, 5)
  assert.equal(report.needs[0].object.name, 'z')
  assert.equal(report.more, 2)
})

test('verdict: a stopped container is a finding only when it failed, and not long ago', () => {
  const base = { name: 'job', state: 'exited', oomKilled: false, restarts: 0, limits: {} }
  const rules = (extra: object) => findContainerStates([{ ...base, ...extra }], 10_000_000).map((f) => f.rule)
  assert.deepEqual(rules({ exitCode: 1, finishedMs: 9_999_000 }), ['container-exited'])
  assert.deepEqual(rules({ exitCode: 0, finishedMs: 9_999_000 }), [])
  assert.deepEqual(rules({ exitCode: 1, finishedMs: 1 }), [])
  assert.deepEqual(rules({ exitCode: 137, oomKilled: true, finishedMs: 9_999_000 }), ['container-oom-killed'])
})

test('verdict: rules become findings, and an empty store says so', async () => {
  const none = await evaluateVerdict(async () => [], { containers: [] })
  assert.equal(none.verdict.id, 'no-data')
  const labels = { instance: 'box', mountpoint: '/', device: '/dev/a', reason: '', name: 'web', id: '/x' }
  const ask = async (expr: string) =>
    expr.startsWith('sum by (instance) (rate(node_cpu_seconds_total')
      ? [{ labels, value: 0.95 }]
      : expr === 'count(up)'
        ? [{ labels, value: 1 }]
        : []
  const report = await evaluateVerdict(ask, { containers: [] })
  assert.deepEqual(
    report.needs.map((f) => [f.rule, f.severity, f.object.name]),
    [['cpu-saturated', 'warning', 'box']],
  )
})

test('verdict: a cluster is ranked by what is taken down, then by age, and before the machine that watches it', () => {
  const of = (kind: string, name: string, pods: number, sinceMs: number): Finding => ({
    rule: 'pod-crash-loop',
    severity: 'critical',
    object: { kind, name, namespace: 'shop' },
    facts: { pods },
    sinceMs,
  })
  const machine: Finding = {
    rule: 'load-high',
    severity: 'critical',
    object: { kind: 'machine', name: 'box' },
    facts: {},
  }
  const { findings } = listFindings([
    machine,
    of('deployment', 'young', 1, 9),
    of('deployment', 'old', 1, 1),
    of('deployment', 'many', 5, 9),
    of('node', 'node-b', 0, 9),
  ])
  assert.deepEqual(
    findings.map(({ object }) => object.name),
    ['node-b', 'many', 'old', 'young', 'box'],
  )
})

test('verdict: a list holds 200 findings and counts the rest', () => {
  const many = Array.from({ length: 250 }, (_, at) => one('container-exited', 'warning', `c${at}`))
  const { findings, more, verdict } = listFindings(many)
  assert.deepEqual([findings.length, more, verdict.facts.warnings], [200, 50, 250])
})
