import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { buildImage, BuiltImage, cloneTo, imageMissing } from '../support/built-image.ts'
import { startDocker, type DockerForTests } from '../support/docker.ts'
import { root, until } from '../support/program.ts'
import { RegistryForTests, registryMissing } from '../support/registry.ts'

const run = promisify(execFile)
const NAME = 'binnacle:0.1.0'
const LIMIT_BYTES = 60_000_000

const missing = imageMissing()
const asRoot = missing ?? (process.getuid?.() === 0 ? undefined : 'only root unpacks owners')
let folder: string
let image: BuiltImage
let docker: DockerForTests | { skipped: string }

before(async () => {
  if (missing !== undefined) return
  folder = mkdtempSync(join(tmpdir(), 'binnacle-image-'))
  for (const clone of ['one', 'further/away/two']) cloneTo(join(folder, clone))
  buildImage(join(folder, 'one'), join(folder, 'one.tar'))
  image = new BuiltImage(join(folder, 'one.tar'), folder)
  docker = await startDocker()
  if (!('skipped' in docker)) docker.docker('load', '-i', image.tar)
})

after(async () => {
  if (missing !== undefined) return
  if (!('skipped' in docker)) await docker[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test(
  'two builds in different folders, at different times and with different settings give the same bytes',
  {
    skip: missing,
  },
  () => {
    const cache = join(folder, 'cache')
    const first = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'binnacle-image')
    // Downloads need not be made again; layers are compressed anew.
    for (const part of ['apt', 'npm'])
      cpSync(join(first, part), join(cache, 'binnacle-image', part), { recursive: true })
    const env = { XDG_CACHE_HOME: cache, UMASK: '077', TZ: 'Asia/Seoul', LC_ALL: 'C' }
    buildImage(join(folder, 'further/away/two'), join(folder, 'two.tar'), env)
    const again = new BuiltImage(join(folder, 'two.tar'), join(folder, 'again'))
    assert.ok(readFileSync(image.tar).equals(readFileSync(again.tar)), `${image.tar} and ${again.tar} differ`)
    for (const architecture of ['amd64', 'arm64']) assert.equal(again.sbom(architecture), image.sbom(architecture))
  },
)

test('it is small, for both architectures, and the release is one layer for both', { skip: missing }, () => {
  const all = image.platforms()
  assert.deepEqual(
    all.map(({ architecture }) => architecture),
    ['amd64', 'arm64'],
  )
  for (const { architecture, manifest } of all) {
    const bytes = manifest.layers.reduce((sum, { size }) => sum + size, 0)
    assert.ok(bytes < LIMIT_BYTES, `${architecture}: ${bytes}`)
    assert.equal(manifest.layers.length, 4)
  }
  assert.equal(all[0].manifest.layers[2].digest, all[1].manifest.layers[2].digest)
})

test('nothing in it may be written by its user but /data and /tmp, and nothing gives rights', { skip: asRoot }, () => {
  const found = (...conditions: string[]) =>
    execFileSync('find', ['.', ...conditions], { cwd: image.rootOf('amd64'), encoding: 'utf8' })
      .split('\n')
      .filter(Boolean)
  assert.deepEqual(found('!', '-user', 'root', '-printf', '%P %U:%G %m\n'), ['data 65532:65532 700'])
  assert.deepEqual(found('!', '-type', 'l', '-perm', '/022', '-printf', '%P %m\n'), ['tmp 1777'])
  assert.deepEqual(found('-perm', '/6000'), [])
  assert.deepEqual(found('!', '-type', 'f', '!', '-type', 'd', '!', '-type', 'l'), [])
})

test('the configuration names the user, the program and the version, and holds no secret', { skip: missing }, () => {
  for (const { architecture, manifest } of image.platforms()) {
    const { config, ...rest } = image.json(manifest.config.digest) as Record<string, unknown> & { config: object }
    assert.deepEqual([rest['architecture'], rest['os']], [architecture, 'linux'])
    const { Labels: labels, ExposedPorts: ports, ...others } = config as Record<string, object>
    assert.deepEqual(others, {
      User: '65532:65532',
      Env: ['PATH=/usr/bin', 'NODE_ENV=production', 'HOME=/data'],
      Entrypoint: ['/usr/bin/node', '/app/binnacle.js'],
      WorkingDir: '/',
    })
    assert.deepEqual(Object.keys(ports), ['8080/tcp', '8081/tcp', '9090/tcp', '9100/tcp', '10250/tcp'])
    assert.equal((labels as Record<string, string>)['org.opencontainers.image.version'], '0.1.0')
  }
})

test(
  'the list of contents has every Debian package, Node and every npm package, with licences',
  { skip: missing },
  () => {
    for (const architecture of ['amd64', 'arm64']) {
      const inside = readFileSync(join(image.rootOf(architecture), 'usr/share/sbom/binnacle.spdx.json'), 'utf8')
      assert.equal(image.sbom(architecture), inside)
      const { packages } = JSON.parse(inside) as {
        packages: { name: string; versionInfo: string; licenseDeclared: string }[]
      }
      const listed = new Set(packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`))
      for (const line of [...installed(architecture), `node ${process.versions.node}`])
        assert.ok(listed.has(line), line)
      assert.ok([...listed].some((it) => it.startsWith('fastify ')))
      const unknown = packages.filter(({ licenseDeclared }) => licenseDeclared === 'NOASSERTION')
      assert.deepEqual(unknown, [])
    }
  },
)

/** What the image's own records say, which scanners read. */
function installed(architecture: string): readonly string[] {
  const status = join(image.rootOf(architecture), 'var/lib/dpkg/status.d')
  const all = execFileSync('sh', ['-c', `cat "${status}"/*`], { encoding: 'utf8' })
  const names = [...all.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name)
  const versions = [...all.matchAll(/^Version: (.*)$/gm)].map(([, version]) => version)
  assert.ok(names.includes('libc6') && names.length === versions.length)
  return names.map((name, i) => `${name} ${versions[i]}`)
}

test('the licence of each thing inside is inside', { skip: missing }, () => {
  const inside = image.rootOf('amd64')
  for (const name of [
    'binnacle',
    'node',
    'libc6',
    'libstdc++6',
    'libgcc-s1',
    'libatomic1',
    'ca-certificates',
    'base-files',
  ])
    assert.ok(readFileSync(join(inside, 'usr/share/doc', name, 'copyright')).length > 500, name)
  const others = readFileSync(join(inside, 'app/LICENSES.txt'), 'utf8')
  assert.match(others, /==== fastify .* \(MIT\)[^]*Permission is hereby granted/)
})

test(
  'Docker runs it as it is: read-only, without any capability, keeping data in a volume',
  { skip: missing },
  async (t) => {
    if ('skipped' in docker) {
      t.skip(docker.skipped)
      return
    }
    const { docker: client } = docker
    const strict = [
      '--read-only',
      '--tmpfs=/tmp',
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
      '--network=none',
    ]
    assert.match(
      client('run', '--rm', ...strict, NAME, 'version'),
      /^binnacle 0\.1\.0 \(revision [0-9a-f]{40}, .*Node 26/,
    )
    client('run', '--detach', '--name=server', ...strict, '--volume=data:/data', NAME, 'server')
    const ask = (path: string) =>
      `fetch('http://127.0.0.1:9090${path}').then(async (it) => it.ok ? console.log(await it.text()) : process.exit(1))`
    const page = (path: string) => client('exec', 'server', '/usr/bin/node', '-e', ask(path))
    await until(30, 'the server is ready', async () => page('/-/ready'))
    assert.match(page('/'), /<title>Binnacle/i)
    client('stop', '--time=20', 'server')
    assert.equal(client('inspect', '--format={{.State.ExitCode}}', 'server'), '0')
  },
)

test('containerd reads the tar as kind, k3s and minikube give it', { skip: missing }, (t) => {
  if ('skipped' in docker) {
    t.skip(docker.skipped)
    return
  }
  const socket = join(dirname(docker.socketPath), 'exec/containerd/containerd.sock')
  const ctr = (...args: string[]) => execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', ...args], { encoding: 'utf8' })
  ctr('images', 'import', '--all-platforms', '--digests', image.tar)
  const listed = ctr('images', 'ls').split('\n')
  const line = listed.find((it) => it.startsWith(`docker.io/library/${NAME} `)) ?? ''
  assert.ok(line.includes(image.top().digest), line)
  assert.match(line, /linux\/amd64,linux\/arm64/)
})

const emulator = '/usr/bin/qemu-aarch64-static'
const needsEmulator = process.arch !== 'arm64'
const noEmulator = needsEmulator && !existsSync(emulator) ? 'qemu-user-static is not installed' : undefined

test('the image for arm64 runs, under emulation where need be', { skip: asRoot ?? noEmulator }, () => {
  const inside = image.rootOf('arm64')
  if (needsEmulator) cpSync(emulator, join(inside, 'qemu'))
  const program = [...(needsEmulator ? ['/qemu'] : []), '/usr/bin/node', '/app/binnacle.js', 'version']
  const printed = execFileSync('chroot', ['--userspec=65532:65532', inside, ...program], { encoding: 'utf8' })
  assert.match(printed, /^binnacle 0\.1\.0 /)
})

for (const admission of ['all', 'basic', 'token'] as const) {
  const title = `a registry that admits by ${admission} takes both architectures and gives the same bytes`
  test(title, { skip: missing ?? registryMissing() }, async () => {
    await using registry = await RegistryForTests.start(admission)
    const config = registry.dockerConfig()
    const reference = `${registry.host}/sea/${NAME}`
    const first = await push(reference, config)
    assert.equal(first.match(/uploaded$/gm)?.length, 9, first)
    assert.match(first, new RegExp(`pushed ${reference} as ${image.top().digest}$`, 'm'))
    const again = await push(reference, config)
    assert.equal(again.match(/is there$/gm)?.length, 9, again)
    if (admission === 'all') {
      const aside = await push(`${registry.host}/lake/${NAME}`, config, '--mount-from', 'sea/binnacle')
      assert.equal(aside.match(/mounted$/gm)?.length, 9, aside)
      await isPulled(registry.host)
    } else {
      const wrong = push(reference, registry.dockerConfig('wrong'))
      await assert.rejects(wrong, { code: 1, stderr: /push to 127.* sign in: .* docker login / })
    }
  })
}

/** The tokens come from this process, which therefore must not stand still. */
async function push(reference: string, config: string, ...more: string[]): Promise<string> {
  const env = { ...process.env, DOCKER_CONFIG: config }
  const pushed = run('scripts/image', ['--from', image.tar, '--push', reference, ...more], { cwd: root, env })
  return (await pushed).stdout
}

/** Docker pulls its own architecture; every blob of both is what was built. */
async function isPulled(host: string): Promise<void> {
  for (const { manifest } of image.platforms())
    for (const { digest } of [manifest.config, ...manifest.layers]) {
      const answer = await fetch(`http://${host}/v2/sea/binnacle/blobs/${digest}`)
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(readFileSync(image.file(digest))), digest)
    }
  if ('skipped' in docker) return
  docker.docker('pull', '--quiet', `${host}/sea/${NAME}`)
  const pulled = docker.docker('inspect', '--format={{index .RepoDigests 0}}', `${host}/sea/${NAME}`)
  assert.equal(pulled, `${host}/sea/binnacle@${image.top().digest}`)
}
