/** How much JavaScript each page needs before its first paint: node ui/size.ts [dist/ui] */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** What a page loads, compressed. */
export interface PageSize {
  page: string
  bytes: number
}

/** The most that any page may load before it shows something. */
export const BUDGET_BYTES = 180_000

interface Chunk {
  file: string
  imports?: string[]
  isEntry?: boolean
  isDynamicEntry?: boolean
}

/** The pages of a build with what each loads: the frame, the page, and all that they import. */
export function pageSizes(folder: string): PageSize[] {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
  const sizes = new Map<string, number>()
  const size = (file: string) => {
    if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(folder, file))).length)
    return sizes.get(file) ?? 0
  }
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry) ?? ''
  return Object.keys(manifest)
    .filter((key) => key.startsWith('pages/') && manifest[key].isDynamicEntry)
    .map((page) => ({ page, bytes: [...closure(manifest, [entry, page])].reduce((sum, file) => sum + size(file), 0) }))
    .toSorted((a, b) => b.bytes - a.bytes)
}

function closure(manifest: Record<string, Chunk>, keys: string[], files = new Set<string>()): Set<string> {
  for (const key of keys) {
    const { file, imports = [] } = manifest[key]
    if (files.has(file)) continue
    if (file.endsWith('.js')) files.add(file)
    closure(manifest, imports, files)
  }
  return files
}

if (import.meta.main) {
  for (const { page, bytes } of pageSizes(process.argv[2] ?? 'dist/ui'))
    console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${page}`)
}
