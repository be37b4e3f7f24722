import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '..')
const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, 'browser-safe.json'), 'utf8')) as {
  packages: string[]
}
const IMPORT = /(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g
const NOT_SHIPPED = /\.test\.tsx?$|vite\.config\.ts$|shoot\.ts$|size\.ts$/

test('ui: the browser loads only the packages that are listed as safe, and nothing of Node', () => {
  const files = globSync('ui/**/*.{ts,tsx}', { cwd: ROOT }).filter((file) => !NOT_SHIPPED.test(file))
  const problems = follow(files.map((file) => join(ROOT, file)))
  assert.deepEqual(problems, [])
})

/** Follows every import that survives the compiler; types are erased. */
function follow(files: string[]): string[] {
  const seen = new Set(files)
  const problems: string[] = []
  for (const file of seen) {
    const from = relative(ROOT, file)
    for (const [, typeOnly, fixed, lazy] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const name = fixed ?? lazy
      if (typeOnly) continue
      if (name.startsWith('node:')) problems.push(`${from} imports ${name}`)
      const [, found] = /^#lib\/(.+)$/.exec(name) ?? []
      if (found && !packages.includes(found))
        problems.push(`${from} imports ${name}, which is not in browser-safe.json`)
      if (found) seen.add(join(ROOT, 'lib', found, 'index.ts'))
      if (name.startsWith('.') && /\.tsx?$/.test(name)) seen.add(join(dirname(file), name))
    }
  }
  return problems
}
