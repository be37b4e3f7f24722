/**
 * `npm run build [-- FOLDER]`: the release in dist/release or the folder: one bundle an entry of lib/run/entries.ts, the web
 * application, version.json, and of the packages of others whose code is inside the list (packages.json) and the licences.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { build as buildWithVite } from 'vite'
import { entries } from '#lib/run'
import { writeBundled } from './bundled.ts'

const root = join(import.meta.dirname, '..')
const named = process.argv[2]
const out = named === undefined ? join(root, 'dist/release') : resolve(named)
/** From source the program serves dist/ui; a release in another folder leaves that alone. */
const ui = named === undefined ? join(root, 'dist/ui') : join(out, 'ui')

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const modules = [...(await bundle()), ...(await buildApplication())]
if (named === undefined) cpSync(ui, join(out, 'ui'), { recursive: true })
writeBundled(modules, out)
writeVersion()
process.stdout.write(`release in ${out}\n`)

/** Answers with the modules inside. */
async function bundle(): Promise<readonly string[]> {
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
    platform: 'node',
    cwd: root,
  })
  const { output } = await build.write({
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
    minify: 'dce-only',
  })
  await build.close()
  writeFileSync(join(out, 'package.json'), '{"type":"module"}\n')
  return output.flatMap((it) => (it.type === 'chunk' ? it.moduleIds : []))
}

/** Answers with the modules inside and with the files, such as fonts, that were copied. */
async function buildApplication(): Promise<readonly string[]> {
  const result = await buildWithVite({
    configFile: join(root, 'ui/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: ui },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((it) => ('output' in it ? it.output : []))
  return outputs.flatMap((it) =>
    it.type === 'chunk' ? it.moduleIds : it.originalFileNames.map((file) => resolve(root, 'ui', file)),
  )
}

function writeVersion(): void {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const revision = git('rev-parse', 'HEAD')
  const built = git('log', '-1', '--format=%cI')
  writeFileSync(join(out, 'version.json'), `${JSON.stringify({ version, revision, built })}\n`)
}
