import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSource, rootFolder } from '#lib/run'

/** What this program is: set by the release, or read from package.json and git when it runs from its sources. */
export interface Version {
  readonly version: string
  readonly revision: string
  readonly built: string
  readonly node: string
}

export function readVersion(): Version {
  const file = join(rootFolder, isSource() ? 'package.json' : 'version.json')
  const { version, revision, built } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Version>
  return {
    version: version ?? 'unknown',
    revision: revision ?? (isSource() ? headRevision() : 'unknown'),
    built: built ?? 'from source',
    node: process.versions.node,
  }
}

/** The commit that is checked out, without starting git. */
function headRevision(): string {
  try {
    const head = readFileSync(join(rootFolder, '.git/HEAD'), 'utf8').trim()
    return head.startsWith('ref: ') ? readFileSync(join(rootFolder, '.git', head.slice(5)), 'utf8').trim() : head
  } catch {
    return 'unknown' // not a checkout, or packed refs: the version says enough
  }
}
