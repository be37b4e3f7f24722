import assert from 'node:assert/strict'
import { globSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { ensureFolder, realFiles, removeTree } from './store-files.ts'
import { TestFolder } from './testdata/test-store.ts'

/** What of node:fs changes nothing. */
const READING = new Set([
  'closeSync',
  'existsSync',
  'fstatSync',
  'readdirSync',
  'readFileSync',
  'readSync',
  'statSync',
  'statfsSync',
])

test('store files: no other file of the store changes anything on the disk', () => {
  for (const path of globSync(join(import.meta.dirname, '*.ts'))) {
    const name = basename(path)
    if (/\.(test|bench)\.ts$/.test(name) || name === 'store-files.ts') continue
    const text = readFileSync(path, 'utf8')
    for (const [, names] of text.matchAll(/import (?:type )?([^;]*?) from 'node:fs(?:\/promises)?'/g)) {
      for (const one of names.replace(/[{}]/g, '').split(',')) {
        const imported = one.trim()
        assert.ok(
          imported === '' || READING.has(imported),
          `${name} imports ${imported}: it belongs into store-files.ts`,
        )
      }
    }
  }
})

test('store files: a folder is made with those above it, each synced into the one above', () => {
  using folder = new TestFolder()
  const synced: string[] = []
  const files = { ...realFiles, syncFolder: (path: string) => void synced.push(path) }
  ensureFolder(files, join(folder.path, 'a/b'))
  ensureFolder(files, join(folder.path, 'a/b'))
  assert.deepEqual(synced, [folder.path, join(folder.path, 'a')])
})

test('store files: a tree goes with all that is in it, and nothing that it only points to', () => {
  using folder = new TestFolder()
  const path = (name: string) => join(folder.path, name)
  mkdirSync(path('a/b'), { recursive: true })
  mkdirSync(path('kept'))
  writeFileSync(path('a/b/c'), 'x')
  writeFileSync(path('kept/file'), 'x')
  symlinkSync(path('kept'), path('a/link'))
  removeTree(realFiles, path('a'))
  removeTree(realFiles, path('a'))
  assert.deepEqual(readdirSync(folder.path), ['kept'])
  assert.deepEqual(readdirSync(path('kept')), ['file'])
})
