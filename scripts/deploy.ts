/**
 * `npm run deploy`: writes deploy/*.yaml and docs/rights.md from deploy/objects. `npm run deploy:check` (with --check): ends
 * with status 1 where a file is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Document, isMap, isSeq, type Node, visit } from 'yaml'
import { installObjects } from '../deploy/objects/index.ts'
import { COMMENT, type KubeObject } from '../deploy/objects/object.ts'
import { manifests, type Parameters } from '../deploy/objects/parameters.ts'
import { rightsPage } from './deploy-rights.ts'

const root = join(import.meta.dirname, '..')
const isCheck = process.argv.includes('--check')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

const files: Record<string, string> = { 'docs/rights.md': rightsPage() }
for (const [name, parameters] of Object.entries(manifests(version)))
  files[`deploy/${name}`] = manifest(name, parameters)

const stale = Object.entries(files).filter(([file, text]) => read(file) !== text)
if (isCheck) {
  for (const [file] of stale) process.stderr.write(`${file} is not what deploy/objects says: npm run deploy\n`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const [file, text] of stale) writeFileSync(join(root, file), text)
  process.stdout.write(stale.length === 0 ? 'all up to date\n' : `wrote ${stale.map(([file]) => file).join(', ')}\n`)
}

function read(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return '' // not there yet: stale
  }
}

function manifest(name: string, parameters: Parameters): string {
  const data =
    parameters.storage.kind === 'claim'
      ? 'Data is kept on a claim from the default StorageClass.'
      : 'Data goes with the pod of the server: for clusters without a StorageClass.'
  const head = [
    `# Binnacle ${version}: kubectl apply -f ${name}`,
    `# ${data}`,
    '# Made by npm run deploy from deploy/objects; docs/install.md explains it.',
  ]
  return `${head.join('\n')}\n${installObjects(parameters).map(yaml).join('')}`
}

function yaml(object: KubeObject): string {
  const document = new Document(object)
  const comment = typeof object[COMMENT] === 'string' ? object[COMMENT] : ''
  document.delete(COMMENT)
  visit(document, { Node: (_, node) => takeComment(node) })
  const text = document.toString({ lineWidth: 0 })
  return `---\n${comment === '' ? '' : `# ${comment}\n`}${text}`
}

/** The text of a map's comment stands above it. */
function takeComment(node: Node): void {
  if (isSeq(node) || !isMap(node)) return
  const comment: unknown = node.get(COMMENT)
  if (typeof comment !== 'string') return
  node.delete(COMMENT)
  node.commentBefore = ` ${comment}`
}
