/** `npm run build`: the release in dist/release: one bundle an entry of lib/run/entries.ts, the web application, version.json. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { entries } from '#lib/run'

const root = join(import.meta.dirname, '..')
const out = join(root, 'dist/release')

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
await bundle()
buildApplication()
cpSync(join(root, 'dist/ui'), join(out, 'ui'), { recursive: true })
writeVersion()
process.stdout.write(`release in ${out}\n`)

async function bundle(): Promise<void> {
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
    platform: 'node',
    cwd: root,
  })
  await build.write({
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
    minify: 'dce-only',
  })
  await build.close()
  writeFileSync(join(out, 'package.json'), '{"type":"module"}\n')
}

function buildApplication(): void {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { status } = spawnSync(
    process.execPath,
    [vite, 'build', '--config', join(root, 'ui/vite.config.ts'), '--logLevel', 'warn'],
    { cwd: root, stdio: 'inherit' },
  )
  if (status !== 0) process.exit(1)
}

function writeVersion(): void {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const revision = git('rev-parse', 'HEAD')
  const built = git('log', '-1', '--format=%cI')
  writeFileSync(join(out, 'version.json'), `${JSON.stringify({ version, revision, built })}\n`)
}
