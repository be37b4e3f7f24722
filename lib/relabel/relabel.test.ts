import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import * as v from 'valibot'
import { hashOf, Labels } from '#lib/model'
import { compileRegex, expandTemplate } from '#lib/regex'
import { relabelActions, type RelabelConfig, relabelConfigSchema } from './config.ts'
import { lowerCase, upperCase } from './fold-case.ts'
import { relabelYaml } from './print.ts'
import { Relabeler } from './relabeler.ts'

const parsed = (config: object) => v.parse(relabelConfigSchema(), config)
const relabeler = (...configs: object[]) => new Relabeler(configs.map(parsed))

function mistakeOf(config: object): string {
  const result = v.safeParse(relabelConfigSchema(), config)
  return result.success ? '' : result.issues[0].message
}

test('relabel: a rule that Prometheus refuses is refused in its words', () => {
  const cases: [object, string][] = [
    [{ action: 'rename' }, 'unknown relabel action "rename"'],
    [{ action: 'hashmod', target_label: 'x' }, 'relabel configuration for hashmod requires non-zero modulus'],
    [{}, "relabel configuration for replace action requires 'target_label' value"],
    [{ action: 'lowercase', target_label: 'x', replacement: 'y' }, "'replacement' can not be set for lowercase action"],
    [{ action: 'labelmap', replacement: '' }, `"" is invalid 'replacement' for labelmap action`],
    [
      { action: 'dropequal', target_label: 'x', regex: '(.*)' },
      "dropequal action requires only 'source_labels' and `target_label`, and no other fields",
    ],
    [{ action: 'labeldrop', source_labels: [] }, "labeldrop action requires only 'regex', and no other fields"],
    [{ action: 'labelkeep', target_label: 'x' }, "labelkeep action requires only 'regex', and no other fields"],
    [{ target_label: 'x', regex: '(' }, 'error parsing regexp: missing closing ): `^(?s:()$`'],
    [{ target_label: 'x', source_labels: [''] }, '"" is not a valid label name'],
    [{ target_label: 'x', replacement: 1.5 }, 'put this number in quotes'],
  ]
  for (const [config, text] of cases) assert.equal(mistakeOf(config), text, JSON.stringify(config))
  assert.deepEqual(parsed({ action: 'KEEP', regex: 80, separator: null }), {
    source_labels: [],
    separator: ';',
    regex: '80',
    modulus: 0,
    target_label: '',
    replacement: '$1',
    action: 'keep',
  })
})

test('relabel: a trace tells what each rule did and which one dropped the set', () => {
  const rules = relabeler(
    { source_labels: ['a'], target_label: 'b', replacement: 'x$1' },
    { source_labels: ['none'], regex: 'never', target_label: 'c' },
    { action: 'drop', source_labels: ['a', 'b'], regex: '1;x1' },
    { target_label: 'unreached', replacement: 'y' },
  )
  const trace = rules.trace({ a: '1' })
  assert.deepEqual(
    trace.steps.map(({ value, changes, isKept }) => ({ value, changes, isKept })),
    [
      { value: '1', changes: { b: ['', 'x1'] }, isKept: true },
      { value: '', changes: {}, isKept: true },
      { value: '1;x1', changes: {}, isKept: false },
    ],
  )
  assert.equal(trace.droppedBy, 2)
  assert.equal(rules.run({ a: '1' }), undefined)
  assert.equal(rules.droppedBy, 2)
  assert.deepEqual(rules.run({ a: '2' }), { a: '2', b: 'x2', unreached: 'y' })
  assert.equal(rules.droppedBy, -1)
})

test('relabel: labels that no rule changes stay the same object', () => {
  const labels = Labels.from({ __name__: 'a', b: 'c' })
  assert.equal(relabeler({ action: 'drop', source_labels: ['b'], regex: 'd' }).run(labels), labels)
})

test('relabel: names that objects are born with are labels like others', () => {
  const rules = relabeler({ source_labels: ['constructor'], regex: '(.+)', target_label: 'x' })
  assert.deepEqual(rules.run({ a: 'b' }), { a: 'b' })
  const odd = JSON.parse('{"__proto__": "p", "toString": "t"}') as Record<string, string>
  const mapped = relabeler({ action: 'labelmap', regex: '__proto__', replacement: 'q' }).run(odd)
  assert.deepEqual(Object.entries(mapped ?? {}), [
    ['__proto__', 'p'],
    ['toString', 't'],
    ['q', 'p'],
  ])
})

test('relabel: of labels that are mapped to one name the last in order stays, rules before names', () => {
  const map = { action: 'labelmap', regex: 'x_.', replacement: 'y' }
  assert.equal(relabeler(map).run({ x_b: '2', x_a: '1' })?.y, '2')
  const set = { target_label: 'x_a', replacement: '1' }
  assert.equal(relabeler(set, map).run({ x_b: '2', x_a: '1' })?.y, '1')
})

test('relabel: cases change letter by letter, as in Go', () => {
  const cases: [string, string, string][] = [
    ['aB', 'ab', 'AB'],
    ['straße', 'straße', 'STRAßE'],
    ['ΑΣ', 'ασ', 'ΑΣ'],
    ['İ', 'i', 'İ'],
    ['ŉ', 'ŉ', 'ŉ'],
    ['ᾳ', 'ᾳ', 'ᾼ'],
    ['ᾀ', 'ᾀ', 'ᾈ'],
    ['𐐀𐐨', '𐐨𐐨', '𐐀𐐀'],
  ]
  for (const [text, lower, upper] of cases) assert.deepEqual([lowerCase(text), upperCase(text)], [lower, upper])
})

test('relabel: a pattern that would hang a backtracking engine does not', () => {
  const rules = relabeler({ action: 'keep', source_labels: ['a'], regex: '(a+)+b' })
  const started = performance.now()
  assert.equal(rules.run({ a: 'a'.repeat(5000) }), undefined)
  assert.equal(v.safeParse(relabelConfigSchema('legacy'), { target_label: `${'$aaaa'.repeat(200)}!` }).success, false)
  assert.ok(performance.now() - started < 2000)
})

/** Rules as they are described, without any haste. */
function plainRun(configs: readonly RelabelConfig[], input: Record<string, string>): Map<string, string> | undefined {
  const set = new Map(Object.entries(input).filter(([, value]) => value !== ''))
  for (const config of configs) if (!plainRule(config, set)) return undefined
  return set
}

function plainRule(config: RelabelConfig, set: Map<string, string>): boolean {
  const { action, target_label: target } = config
  const value = config.source_labels.map((name) => set.get(name) ?? '').join(config.separator)
  const regex = compileRegex(config.regex ?? '(.*)')
  const match = regex.match(value)
  const put = (name: string, text: string) => {
    if (text === '') set.delete(name)
    else if (name !== '') set.set(name, text)
  }
  const old = [...set].sort(([a], [b]) => (a < b ? -1 : 1))
  if (action === 'keep') return match !== undefined
  if (action === 'drop') return match === undefined
  if (action === 'keepequal') return (set.get(target) ?? '') === value
  if (action === 'dropequal') return (set.get(target) ?? '') !== value
  if (action === 'lowercase') put(target, lowerCase(value))
  else if (action === 'uppercase') put(target, upperCase(value))
  else if (action === 'hashmod') put(target, String(hashOf(value) % BigInt(config.modulus)))
  else if (action === 'replace' && match) put(expandTemplate(target, match), expandTemplate(config.replacement, match))
  for (const [name, text] of action.startsWith('label') ? old : []) {
    const named = regex.match(name)
    if (action === 'labelmap' && named) put(expandTemplate(config.replacement, named), text)
    if ((action === 'labeldrop' && named) || (action === 'labelkeep' && !named)) set.delete(name)
  }
  return true
}

const name = fc.constantFrom('a', 'b', 'c', 'a_b', 'é')
const value = fc.constantFrom('', 'a', 'b', 'ab', 'a;b', 'x\ny', 'É')
const pattern = fc.constantFrom('(.*)', '(.+)', 'a', 'a|b', '(a)(b)?', 'a.*', '(.*);(.*)', '', '(?i)é', '[ab]_?b?')
const templates = fc.constantFrom('$1', '${1}', 'x', '', 'b$1', '$1$2', '${nope}', '$$', 'c')
const rule = fc.record({
  action: fc.constantFrom(...relabelActions),
  source_labels: fc.array(name, { maxLength: 2 }),
  separator: fc.constantFrom(';', '', '_'),
  regex: fc.option(pattern, { nil: undefined }),
  target_label: fc.oneof(name, templates).map((text) => text || 'a'),
  replacement: templates,
  modulus: fc.constantFrom(1, 7, 2 ** 40),
})

test('relabel: prepared rules do what their description says', () => {
  fc.assert(
    fc.property(
      // Which of two labels wins that become one depends on their order, which the description leaves open.
      fc.array(
        rule.filter(
          ({ action, regex, replacement }) =>
            action !== 'labelmap' || (replacement === 'b$1' && [undefined, '(.*)', '(.+)'].includes(regex)),
        ),
        { maxLength: 4 },
      ),
      fc.array(fc.dictionary(name, value, { maxKeys: 4 }), { minLength: 1, maxLength: 4 }),
      (configs, inputs) => {
        const rules = new Relabeler(configs)
        for (const input of inputs) {
          const plain = plainRun(configs, input)
          const fast = rules.run(input)
          const labels = rules.run(Labels.from(input))
          const trace = rules.trace(input)
          const expected = plain && Labels.from(plain).toJSON()
          assert.deepEqual(fast && Labels.from(fast).toJSON(), expected)
          assert.deepEqual(labels?.toJSON(), expected)
          assert.deepEqual(trace.labels && Labels.from(trace.labels).toJSON(), expected)
        }
      },
    ),
    { numRuns: 3000 },
  )
})

test('relabel: any configuration is taken or refused in words, and what is taken runs and prints itself again', () => {
  const anything = fc.record(
    {
      action: fc.oneof(fc.constantFrom(...relabelActions), fc.string()),
      source_labels: fc.oneof(fc.array(fc.string(), { maxLength: 3 }), fc.constant(null), fc.string()),
      separator: fc.string(),
      regex: fc.string(),
      modulus: fc.oneof(fc.nat(), fc.double()),
      target_label: fc.string(),
      replacement: fc.string(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(anything, fc.dictionary(fc.string(), fc.string()), (config, input) => {
      const result = v.safeParse(relabelConfigSchema(), config)
      if (!result.success) return assert.ok(result.issues[0].message.length > 5)
      new Relabeler([result.output]).run(input)
      assert.match(relabelYaml(result.output), /action: /)
    }),
    { numRuns: 1500 },
  )
})
