import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { build } from 'vite'
import { BUDGET_BYTES, pageSizes } from './size.ts'

test('ui: no page loads more than 180 kB of compressed JavaScript before its first paint', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-ui-'))
  try {
    await build({
      configFile: join(import.meta.dirname, 'vite.config.ts'),
      logLevel: 'silent',
      build: { outDir: folder },
    })
    const sizes = pageSizes(folder)
    for (const { page, bytes } of sizes) t.diagnostic(`${page}: ${(bytes / 1000).toFixed(1)} kB`)
    assert.ok(sizes.length > 3)
    assert.deepEqual(
      sizes.filter(({ bytes }) => bytes > BUDGET_BYTES),
      [],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
