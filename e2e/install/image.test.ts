import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { startDocker, type DockerForTests } from '../support/docker.ts'
import { freePort, root, until } from '../support/program.ts'
import { RegistryForTests, registryMissing, type Admission } from '../support/registry.ts'

/** Two clones of the commit in which the image is built: what is tested is the commit, not the files around it. */
const clones = ['one', 'further/away/two'] as const
const NAME = 'binnacle:0.1.0'
const LIMIT_BYTES = 60_000_000

const missing = imageMissing()
let folder: string
let tar: string
/** The files of the tar by path. */
let files: string
let docker: DockerForTests | { skipped: string }

function imageMissing(): string | undefined {
  if (process.platform !== 'linux') return 'the image is built on Linux'
  const programs = ['apt-get', 'dpkg-deb', 'flock', 'gzip', 'git', 'npm']
  const lacking = programs.find((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
  return lacking === undefined ? undefined : `${lacking} is not installed`
}

before(async () => {
  if (missing !== undefined) return
  folder = mkdtempSync(join(tmpdir(), 'binnacle-image-'))
  for (const clone of clones) cloneTo(join(folder, clone))
  tar = build(clones[0], {})
  files = join(folder, 'files')
  mkdirSync(files)
  execFileSync('tar', ['-xf', tar, '-C', files])
  docker = await startDocker()
  if (!('skipped' in docker)) docker.docker('load', '-i', tar)
})

after(async () => {
  if (missing !== undefined) return
  if (!('skipped' in docker)) await docker[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

function cloneTo(clone: string): void {
  execFileSync('git', ['clone', '--quiet', root, clone])
  const modules = [join(root, 'node_modules'), join(clone, 'node_modules')]
  // Links cost nothing; between file systems there are none.
  if (spawnSync('cp', ['-al', ...modules]).status !== 0) execFileSync('cp', ['-a', ...modules])
}

function build(clone: string, env: Readonly<Record<string, string>>): string {
  const output = join(folder, `${clone.replaceAll('/', '-')}.tar`)
  const script = 'umask "${UMASK:-022}"; exec scripts/image --output "$1"'
  execFileSync('sh', ['-c', script, 'sh', output], {
    cwd: join(folder, clone),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return output
}

interface Described {
  readonly digest: string
  readonly size: number
  readonly platform: { readonly architecture: string }
}

interface Manifest {
  readonly manifests: readonly Described[]
  readonly config: Described
  readonly layers: readonly Described[]
}

function blob(digest: string): unknown {
  return JSON.parse(readFileSync(join(files, 'blobs', digest.replace(':', '/')), 'utf8'))
}

function top(): Described {
  return (JSON.parse(readFileSync(join(files, 'index.json'), 'utf8')) as Manifest).manifests[0]
}

function platforms(): readonly { architecture: string; manifest: Manifest }[] {
  const index = blob(top().digest) as Manifest
  return index.manifests.map(({ digest, platform }) => ({ ...platform, manifest: blob(digest) as Manifest }))
}

/** The layers of an architecture, unpacked over each other. */
function rootOf(architecture: string): string {
  const into = join(folder, `root-${architecture}`)
  if (existsSync(into)) return into
  mkdirSync(into)
  const { layers = [] } = platforms().find((it) => it.architecture === architecture)?.manifest ?? {}
  for (const { digest } of layers)
    execFileSync('tar', ['-xzpf', join(files, 'blobs', digest.replace(':', '/')), '-C', into, '--numeric-owner'])
  return into
}

test(
  'two builds in different folders, at different times and with different settings give the same bytes',
  {
    skip: missing,
  },
  () => {
    const cache = join(folder, 'cache')
    const first = join(process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '', '.cache'), 'binnacle-image')
    // Downloads need not be made again; layers are compressed anew.
    for (const part of ['apt', 'npm'])
      cpSync(join(first, part), join(cache, 'binnacle-image', part), { recursive: true })
    const env = { XDG_CACHE_HOME: cache, UMASK: '077', TZ: 'Asia/Seoul', LC_ALL: 'C', HOME: folder }
    const again = build(clones[1], env)
    assert.ok(readFileSync(tar).equals(readFileSync(again)), `${tar} and ${again} differ`)
    for (const architecture of ['amd64', 'arm64'])
      assert.deepEqual(readFileSync(sbomBeside(again, architecture)), readFileSync(sbomBeside(tar, architecture)))
  },
)

function sbomBeside(tar: string, architecture: string): string {
  return tar.replace(/\.tar$/, `-${architecture}.spdx.json`)
}

test('it is small, for both architectures, and the release is one layer for both', { skip: missing }, () => {
  const all = platforms()
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

test(
  'nothing in it may be written by its user but /data and /tmp, and nothing gives rights',
  { skip: missing },
  (t) => {
    if (process.getuid?.() !== 0) {
      t.skip('only root unpacks owners')
      return
    }
    const found = (...conditions: string[]) =>
      execFileSync('find', ['.', ...conditions], { cwd: rootOf('amd64'), encoding: 'utf8' })
        .trim()
        .split('\n')
        .filter(Boolean)
    assert.deepEqual(found('!', '-user', 'root', '-printf', '%P %U:%G %m\n'), ['data 65532:65532 700'])
    assert.deepEqual(found('!', '-type', 'l', '-perm', '/022', '-printf', '%P %m\n'), ['tmp 1777'])
    assert.deepEqual(found('-perm', '/6000'), [])
    assert.deepEqual(found('!', '-type', 'f', '!', '-type', 'd', '!', '-type', 'l'), [])
    assert.deepEqual(found('-xtype', 'l'), [])
  },
)

test('the configuration names the user, the program and the version, and holds no secret', { skip: missing }, () => {
  for (const { architecture, manifest } of platforms()) {
    const { config, ...image } = blob(manifest.config.digest) as {
      architecture: string
      os: string
      config: Record<string, unknown>
    }
    assert.deepEqual([image.architecture, image.os], [architecture, 'linux'])
    const { Labels: labels, ExposedPorts: ports, ...rest } = config
    assert.deepEqual(rest, {
      User: '65532:65532',
      Env: ['PATH=/usr/bin', 'NODE_ENV=production', 'HOME=/data'],
      Entrypoint: ['/usr/bin/node', '/app/binnacle.js'],
      WorkingDir: '/',
    })
    assert.deepEqual(Object.keys(ports as object), ['8080/tcp', '8081/tcp', '9090/tcp', '9100/tcp', '10250/tcp'])
    assert.equal((labels as Record<string, string>)['org.opencontainers.image.version'], '0.1.0')
  }
})

interface Sbom {
  readonly packages: readonly {
    readonly name: string
    readonly versionInfo: string
    readonly licenseDeclared: string
  }[]
}

test(
  'the list of contents has every Debian package, Node and every npm package, with licences',
  { skip: missing },
  () => {
    for (const architecture of ['amd64', 'arm64']) {
      const inside = readFileSync(join(rootOf(architecture), 'usr/share/sbom/binnacle.spdx.json'), 'utf8')
      assert.equal(readFileSync(sbomBeside(tar, architecture), 'utf8'), inside)
      const { packages } = JSON.parse(inside) as Sbom
      const listed = new Set(packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`))
      for (const line of installed(architecture)) assert.ok(listed.has(line), line)
      assert.ok(listed.has(`node ${process.versions.node}`))
      assert.ok([...listed].some((it) => it.startsWith('fastify ')))
      assert.deepEqual(
        packages.filter(({ licenseDeclared }) => licenseDeclared === 'NOASSERTION'),
        [],
      )
    }
  },
)

/** What the image's own records say, which scanners read. */
function installed(architecture: string): readonly string[] {
  const status = join(rootOf(architecture), 'var/lib/dpkg/status.d')
  const all = execFileSync('sh', ['-c', `cat "${status}"/*`], { encoding: 'utf8' })
  const names = [...all.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name)
  const versions = [...all.matchAll(/^Version: (.*)$/gm)].map(([, version]) => version)
  assert.ok(names.includes('libc6') && names.length === versions.length)
  return names.map((name, i) => `${name} ${versions[i]}`)
}

test('the licence of each thing inside is inside', { skip: missing }, () => {
  const inside = rootOf('amd64')
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
  assert.match(
    readFileSync(join(inside, 'app/LICENSES.txt'), 'utf8'),
    /==== fastify .* \(MIT\)[^]*Permission is hereby granted/,
  )
})

test(
  'Docker runs it as it is: read-only, without any capability, keeping data in a volume',
  { skip: missing },
  async (t) => {
    if ('skipped' in docker) {
      t.skip(docker.skipped)
      return
    }
    const strict = [
      '--read-only',
      '--tmpfs=/tmp',
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
      '--network=host',
    ]
    assert.match(
      docker.docker('run', '--rm', ...strict, NAME, 'version'),
      /^binnacle 0\.1\.0 \(revision [0-9a-f]{40}, .*Node 26/,
    )
    const port = await freePort()
    const flags = [`--web.listen-address=127.0.0.1:${port}`, '--storage.tsdb.path=/data']
    docker.docker('run', '--detach', '--name=server', ...strict, '--volume=data:/data', NAME, 'server', ...flags)
    const url = `http://127.0.0.1:${port}`
    await until(30, 'the server is ready', async () => (await fetch(`${url}/-/ready`)).ok)
    assert.match(await (await fetch(`${url}/`)).text(), /<title>Binnacle/i)
    docker.docker('stop', '--time=20', 'server')
    assert.equal(docker.docker('inspect', '--format={{.State.ExitCode}}', 'server'), '0')
  },
)

test('containerd reads the tar as kind, k3s and minikube give it', { skip: missing }, (t) => {
  if ('skipped' in docker) {
    t.skip(docker.skipped)
    return
  }
  const socket = join(dirname(docker.socketPath), 'exec/containerd/containerd.sock')
  const ctr = (...args: string[]) => execFileSync('ctr', ['-a', socket, '-n', 'k8s.io', ...args], { encoding: 'utf8' })
  ctr('images', 'import', '--all-platforms', '--digests', tar)
  const listed = ctr('images', 'ls')
    .split('\n')
    .find((line) => line.startsWith('docker.io/library/binnacle:0.1.0'))
  assert.ok(listed?.includes(top().digest), listed)
  assert.match(listed ?? '', /linux\/amd64,linux\/arm64/)
})

test('the image for arm64 runs under emulation', { skip: missing }, (t) => {
  const emulator = '/usr/bin/qemu-aarch64-static'
  if (process.arch !== 'arm64' && !existsSync(emulator)) {
    t.skip('qemu-user-static is not installed')
    return
  }
  if (process.getuid?.() !== 0) {
    t.skip('chroot needs root')
    return
  }
  const inside = rootOf('arm64')
  if (process.arch !== 'arm64') cpSync(emulator, join(inside, 'qemu'))
  const program = [...(process.arch === 'arm64' ? [] : ['/qemu']), '/usr/bin/node', '/app/binnacle.js', 'version']
  const printed = execFileSync('chroot', ['--userspec=65532:65532', inside, ...program], { encoding: 'utf8' })
  assert.match(printed, /^binnacle 0\.1\.0 /)
})

for (const admission of ['all', 'basic', 'token'] as const satisfies Admission[]) {
  test(
    `a registry that admits by ${admission} takes both architectures and gives the same bytes`,
    {
      skip: missing ?? registryMissing(),
    },
    async () => {
      await using registry = await RegistryForTests.start(admission)
      const config = registry.dockerConfig()
      const reference = `${registry.host}/sea/${NAME}`
      const first = push(reference, config)
      assert.equal(first.status, 0, first.stderr)
      assert.equal(first.stdout.match(/uploaded$/gm)?.length, 9)
      assert.match(first.stdout, new RegExp(`pushed ${reference} as ${top().digest}$`, 'm'))
      const again = push(reference, config)
      assert.equal(again.stdout.match(/is there$/gm)?.length, 9)
      const aside = push(`${registry.host}/lake/${NAME}`, config, '--mount-from', 'sea/binnacle')
      if (admission === 'all') assert.equal(aside.stdout.match(/mounted$/gm)?.length, 9)
      if (admission === 'all') await pulled(registry.host)
      else assert.match(push(reference, registry.dockerConfig('wrong')).stderr, /push to .*sign in.*docker login|401/)
    },
  )
}

function push(reference: string, config: string, ...more: string[]) {
  return spawnSync('scripts/image', ['--from', tar, '--push', reference, ...more], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, DOCKER_CONFIG: config },
  })
}

/** Docker pulls its own architecture; every blob of both is what was built. */
async function pulled(host: string): Promise<void> {
  for (const { manifest } of platforms())
    for (const { digest } of [manifest.config, ...manifest.layers]) {
      const bytes = Buffer.from(await (await fetch(`http://${host}/v2/sea/binnacle/blobs/${digest}`)).arrayBuffer())
      assert.ok(bytes.equals(readFileSync(join(files, 'blobs', digest.replace(':', '/')))), digest)
    }
  if ('skipped' in docker) return
  docker.docker('pull', '--quiet', `${host}/sea/${NAME}`)
  const pulled = docker.docker('inspect', '--format={{index .RepoDigests 0}}', `${host}/sea/${NAME}`)
  assert.equal(pulled, `${host}/sea/binnacle@${top().digest}`)
}
