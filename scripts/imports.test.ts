import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

/** Packages of lib in the order of imports: each may use only what stands before it. */
const order = `
  bytes log telemetry run yaml http certificates
  regex model codec storage exposition gotemplate
  cgroup collect kube cluster auth kube-state resource-metrics aggregation discovery
  relabel scrape remote tail
  prometheus-data tsdb logstore clickhouse
  promql logql
  rules notify alerts mesh
  verdict dashboards config api`
  .trim()
  .split(/\s+/)

/** Stores are opened by app alone. */
const storesForAppOnly = new Set(['tsdb', 'logstore', 'clickhouse'])

interface Import {
  readonly file: string
  readonly target: string
}

const imports = globSync(['{app,lib,ui,bench,conformance,e2e,scripts}/**/*.{ts,tsx}'], { cwd: root }).flatMap((file) =>
  readImports(file),
)

test('imports: a package of lib uses only packages that stand before it', () => {
  const wrong = imports.filter(({ file, target }) => {
    const from = packageOf(file)
    const to = /^#lib\/(.+)$/.exec(target)?.[1]
    return from !== undefined && to !== undefined && !isSuite(file) && order.indexOf(to) >= order.indexOf(from)
  })
  assert.deepEqual(wrong, [])
})

test('imports: every package has its place in the order, a README and an index', () => {
  for (const name of new Set(imports.map(({ file }) => packageOf(file)).filter((name) => name !== undefined))) {
    assert.ok(order.includes(name), `lib/${name} has no place in the order of imports`)
    for (const file of ['README.md', 'index.ts'])
      assert.ok(existsSync(join(root, 'lib', name, file)), `lib/${name} has no ${file}`)
  }
})

test('imports: no one imports past the index of a package', () => {
  const wrong = imports.filter(({ file, target }) => {
    if (!target.startsWith('.')) return false
    const to = packageOf(relative(root, join(root, dirname(file), target)))
    return to !== undefined && to !== packageOf(file)
  })
  assert.deepEqual(wrong, [])
})

test('imports: only app opens a store', () => {
  const wrong = imports.filter(({ file, target }) => {
    const to = /^#lib\/(.+)$/.exec(target)?.[1] ?? ''
    return storesForAppOnly.has(to) && !/^(app|bench|conformance|e2e)\//.test(file) && !isSuite(file)
  })
  assert.deepEqual(wrong, [])
})

test('imports: lib does not know app, and the browser loads only what is safe there', () => {
  const safe = JSON.parse(readFileSync(join(root, 'ui/browser-safe.json'), 'utf8')) as string[] | { packages: string[] }
  const list = Array.isArray(safe) ? safe : safe.packages
  for (const { file, target } of imports) {
    if (file.startsWith('lib/')) assert.ok(!target.startsWith('#app/'), `${file} imports ${target}`)
    if (file.startsWith('ui/') && !/(\.test|vite\.config|shoot|size)\b/.test(file)) {
      assert.ok(!target.startsWith('node:'), `${file} imports ${target}`)
      const name = /^#lib\/(.+)$/.exec(target)?.[1]
      if (name !== undefined)
        assert.ok(list.includes(name), `${file} imports ${target}, which ui/browser-safe.json does not list`)
    }
  }
  for (const name of list)
    assert.deepEqual([...nodeImports(name, new Set())], [], `lib/${name} is listed as safe for the browser`)
})

/** `file → node:x` of everything that a package's index reaches. */
function nodeImports(name: string, seen: Set<string>): Set<string> {
  const found = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { target } of readImports(file)) {
      if (target.startsWith('node:')) found.add(`${file} → ${target}`)
      else if (target.startsWith('#lib/')) visit(`lib/${target.slice(5)}/index.ts`)
      else if (target.startsWith('.')) visit(relative(root, join(root, dirname(file), target)))
    }
  }
  visit(`lib/${name}/index.ts`)
  return found
}

/** Imports that remain after the types are erased, and those of types as well: both show the direction. */
function readImports(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(
    /^(?:import|export)\b[^'"`]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...found].map((match) => ({ file, target: match[1] ?? match[2] ?? match[3] }))
}

function packageOf(file: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(file)?.[1]
}

/** Contract suites and tests may reach what they test. */
function isSuite(file: string): boolean {
  return /\.(suite|test|bench)\.ts$/.test(file)
}
