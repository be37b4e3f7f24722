import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package of others whose code is inside the release. */
export interface BundledPackage {
  readonly name: string
  readonly version: string
  readonly license: string
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i

/** Writes into the release which packages it holds code of, and their licences. */
export function writeBundled(modules: Iterable<string>, out: string): void {
  const folders = [...packageFolders(modules)].map((folder) => ({ folder, ...describe(folder) }))
  const sorted = folders
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    .filter((it, i, all) => key(it) !== key(all[i - 1]))
  const list: BundledPackage[] = sorted.map(({ name, version, license }) => ({ name, version, license }))
  writeFileSync(join(out, 'packages.json'), `${JSON.stringify(list, undefined, 1)}\n`)
  writeFileSync(join(out, 'LICENSES.txt'), sorted.map(({ folder, ...it }) => licenceText(it, folder)).join('\n'))
}

function key(it: BundledPackage | undefined): string {
  return it === undefined ? '' : `${it.name}@${it.version}`
}

/** The folders of the packages that the modules lie in. */
function packageFolders(modules: Iterable<string>): Set<string> {
  const folders = new Set<string>()
  for (const module of modules) {
    const [folder] = /^.*\/node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(module.replace(/^\0/, '')) ?? []
    if (folder !== undefined && existsSync(join(folder, 'package.json'))) folders.add(folder)
  }
  return folders
}

function describe(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: string | { type: string }
  }
  return { name, version, license: (typeof license === 'object' ? license.type : license) ?? 'NOASSERTION' }
}

function licenceText({ name, version, license }: BundledPackage, folder: string): string {
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file))
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return [`==== ${name} ${version} (${license})`, ...texts, ''].join('\n\n')
}
