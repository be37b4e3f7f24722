import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A file system of some megabytes in a temporary folder; undefined, and the test skipped, where mounting is not allowed. */
export function tinyDisk(t: TestContext, megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-disk-'))
  let mounted = true
  t.after(() => {
    if (mounted) execFileSync('umount', ['-l', folder], { stdio: 'pipe' })
    rmdirSync(folder)
  })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' })
    return folder
  } catch (error) {
    mounted = false
    t.skip(`a tiny file system cannot be mounted here: ${(error as Error).message.split('\n')[0]}`)
    return undefined
  }
}
