import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { hideSecrets } from './hide-secrets.ts'
import { ConfigError, loadYaml } from './load.ts'

const schema = v.strictObject({
  global: v.optional(v.strictObject({ scrape_interval: v.optional(v.string()) })),
  jobs: v.optional(
    v.array(
      v.strictObject({
        name: v.string(),
        groups: v.optional(v.array(v.strictObject({ targets: v.array(v.string()) }))),
      }),
    ),
  ),
})

function mistake(text: string): string {
  try {
    loadYaml(text, 'a.yml', schema)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return 'none'
}

test('yaml: each kind of mistake is named with its place', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['an unknown key', 'global:\n  scrap_interval: 1s\n', /^a\.yml:2:3: unknown field "scrap_interval": remove it/],
    ['an unknown key at the top', 'jobs: []\nfoo: 1\n', /^a\.yml:2:1: unknown field "foo"/],
    [
      'a wrong type deep in lists',
      'jobs:\n  - name: a\n    groups:\n      - targets: [x]\n  - name: b\n    groups:\n      - targets: [y]\n      - targets: [y, {z: 1}]\n',
      /^a\.yml:8:22: jobs\.1\.groups\.1\.targets\.1: /,
    ],
    ['the same index twice on the way', 'jobs:\n  - name: a\n    groups:\n      - targets: [[1]]\n', /^a\.yml:4:19: /],
    ['a missing key', 'jobs:\n  - name: a\n  - groups: []\n', /^a\.yml:3:5: /],
    ['a duplicate key', 'jobs: []\njobs: []\n', /^a\.yml:2:1: not valid YAML: .*unique/],
    ['bad syntax', 'jobs:\n  - {name: a\nx: [\n', /^a\.yml:\d+:\d+: not valid YAML: /],
    ['a tab', 'jobs:\n\t- name: a\n', /^a\.yml:2:1: not valid YAML: /],
    ['an unknown alias', 'jobs: *nothing\n', /^a\.yml:1:\d+: not valid YAML: /],
    ['a scalar as the whole', 'just text', /^a\.yml:1:1: /],
    ['a tag', 'jobs: !!binary "/w=="\n', /^a\.yml:1:7: not valid YAML: .*binary/],
    ['two documents', 'jobs: []\n---\njobs: []\n', /^a\.yml:\d+:\d+: not valid YAML: /],
  ]
  for (const [name, text, expected] of cases) assert.match(mistake(text), expected, name)
})

test('yaml: a mistake behind an alias is found where it is written', () => {
  assert.match(mistake('jobs:\n  - &a {name: a, bad: 1}\n  - *a\n'), /^a\.yml:2:\d+: unknown field "bad"/)
})

test('yaml: aliases that unfold into a flood are refused at once', () => {
  const levels = Array.from({ length: 12 }, (_, i) =>
    `  - &l${i} [${`*l${i - 1}, `.repeat(9)}x]`.replaceAll('*l-1', 'y'),
  )
  const begin = performance.now()
  assert.match(mistake(`jobs:\n${levels.join('\n')}\n`), /^a\.yml:1:1: not valid YAML: .*alias/i)
  assert.ok(performance.now() - begin < 2000)
})

test('yaml: an empty file is an empty mapping, and later checks can name a place', () => {
  assert.deepEqual(loadYaml('', 'a.yml', schema).value, {})
  const located = loadYaml('jobs:\n  - name: a\n  - name: a\n', 'a.yml', schema)
  assert.equal(located.errorAt(['jobs', 1, 'name'], 'used twice').message, 'a.yml:3:5: used twice')
})

test('yaml: secrets are hidden in every style', () => {
  const shown = hideSecrets(
    [
      '# password: old-s3cret',
      'a: {password: s3cret-1, username: u}',
      'b:',
      '  "password": \'s3cret-2\'',
      '  credentials: |',
      '    s3cret-3',
      '    s3cret-4',
      '  bearer_token: >-',
      '    s3cret-5 # not a comment',
      '  client_secret: &x s3cret-6',
      '  url: http://user:s3cret-7@host/path',
      '  secrets: [s3cret-8]',
      '  file: /kept # s3cret-9',
    ].join('\n'),
  )
  assert.doesNotMatch(shown, /s3cret/)
  assert.match(shown, /username: u/)
  assert.match(shown, /http:\/\/user:<secret>@host\/path/)
  assert.match(shown, /file: \/kept/)
  assert.equal(hideSecrets(''), '')
})
