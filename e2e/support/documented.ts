import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './program.ts'

/** The whole objects among the YAML of a page of docs, in their order: what its readers would apply. */
export function documentedObjects(page: string): string[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8')
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)]
    .map(([, yaml]) => yaml)
    .filter((yaml) => yaml.startsWith('apiVersion:'))
}
