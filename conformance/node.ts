import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectorFlags, NodeCollectors, type FlagMap } from '#lib/collect'
import { writeText } from '#lib/exposition'
import type { Report } from './suite.ts'

interface Invocation {
  readonly pathFlags: readonly string[]
  readonly collectorFlags: readonly string[]
  readonly enableCollectors: readonly string[]
  readonly disableCollectors: readonly string[]
  readonly skipLineRegex: string
}

interface CollectorList {
  readonly collectors: readonly { name: string; e2eExpected: string | null }[]
}

interface CaseFile {
  readonly cases: readonly { id: string }[]
}

const built = new Set(
  collectorFlags.flatMap(({ name, type }) =>
    type === 'bool' && /^collector\.\w+$/.test(name) ? [name.slice(10)] : [],
  ),
)

/** Compares what each collector prints of the unpacked tree with what node_exporter printed of it. */
export async function run(folder: string, report: Report): Promise<void> {
  const tree = mkdtempSync(join(tmpdir(), 'conformance-node-'))
  try {
    unpack(folder, tree)
    const invocation = readJson(folder, 'e2e-invocation.json') as Invocation
    const lines = await printedLines(invocation, tree)
    const { collectors } = readJson(folder, 'collectors.json') as CollectorList
    for (const { name } of collectors) compareCollector(join(folder, 'expected', `${name}.txt`), name, lines, report)
    await compareTextfiles(folder, tree, report)
    skipCases(folder, report)
  } finally {
    rmSync(tree, { recursive: true })
  }
}

function readJson(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
}

interface Entry {
  readonly path: string
  readonly dir?: boolean
  readonly link?: string
  readonly text?: string
  readonly b64?: string
  readonly mode?: string
}

/** Entries are sorted, so a folder comes before what it holds. */
function unpack(folder: string, tree: string): void {
  for (const { path, dir, link, text, b64, mode } of readJson(folder, 'fixtures.tree.json') as Entry[]) {
    const target = join(tree, path)
    if (dir) mkdirSync(target, { recursive: true })
    else if (link !== undefined) symlinkSync(link, target)
    else writeFileSync(target, text ?? Buffer.from(b64 ?? '', 'base64'))
    if (mode !== undefined) chmodSync(target, Number.parseInt(mode, 8))
  }
}

async function printedLines(invocation: Invocation, tree: string): Promise<string[]> {
  const flags = flagsOf([...invocation.pathFlags, ...invocation.collectorFlags], tree)
  const enabled = invocation.enableCollectors.filter((name) => built.has(name))
  const node = new NodeCollectors({ flags, enabled, disabled: invocation.disableCollectors })
  try {
    const skipped = new RegExp(invocation.skipLineRegex)
    const text = new TextDecoder().decode(writeText(await node.collect()))
    const named = text.replaceAll(tree, 'collector/fixtures').replaceAll('textfile//', 'textfile/')
    return named.split('\n').filter((line) => line !== '' && !skipped.test(line))
  } finally {
    node.close()
  }
}

/** Flags of collectors that are not built are left out. */
function flagsOf(words: readonly string[], tree: string): FlagMap {
  const known = new Set(collectorFlags.map(({ name }) => name))
  const flags: Record<string, string | boolean> = {}
  for (const word of words) {
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(word.replaceAll('FIX', tree))
    if (match !== null && known.has(match[1].replace(/^no-/, ''))) flags[match[1]] = match[2] ?? true
  }
  return flags
}

function compareCollector(file: string, name: string, lines: readonly string[], report: Report): void {
  if (!existsSync(file)) return
  if (!built.has(name)) return report.skip(name, 'this collector is not built')
  const expected = readFileSync(file, 'utf8').trimEnd()
  const families = new Set(expected.split('\n').map(familyOf))
  const actual = lines.filter((line) => families.has(familyOf(line))).join('\n')
  if (actual === expected) report.pass(name)
  else report.fail(name, expected, actual)
}

function familyOf(line: string): string {
  return line.startsWith('#') ? line.split(' ')[2] : line.split(/[ {]/, 1)[0]
}

interface TextfileCase {
  readonly id: string
  readonly dirs: readonly string[]
  readonly want: string
}

/** The textfile collector alone, with each file's time as the cases have it. */
async function compareTextfiles(folder: string, tree: string, report: Report): Promise<void> {
  const { cases } = readJson(folder, 'textfile-cases.json') as { cases: readonly TextfileCase[] }
  for (const { id, dirs, want } of cases) {
    const directory = dirs.map((dir) => dir.replace('FIX', tree))
    const node = new NodeCollectors({
      flags: { 'collector.disable-defaults': true, 'collector.textfile.directory': directory },
      enabled: ['textfile'],
    })
    try {
      const families = (await node.collect()).filter(({ name }) => !name.startsWith('node_scrape_'))
      const text = new TextDecoder().decode(writeText(families)).replaceAll(tree, 'fixtures')
      const actual = text.replaceAll(/^(node_textfile_mtime_seconds\{.*\}) .*$/gm, '$1 1')
      if (actual === want) report.pass(id)
      else report.fail(id, want, actual)
    } finally {
      node.close()
    }
  }
}

function skipCases(folder: string, report: Report): void {
  const { cases } = readJson(folder, 'variant-cases.json') as CaseFile
  for (const { id } of cases) report.skip(id, 'the ipvs collector is not built')
}
