import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ImageError, run } from './run.ts'
import { debianSources } from './sources.ts'

/** A Debian package that was fetched and verified. */
export interface Package {
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly file: string
  readonly sha256: string
  readonly control: string
}

/**
 * Debian's packages for one architecture, fetched by apt with this machine's sources, keys and proxy, but with state of
 * its own: nothing that is installed or cached on the machine is read or changed, and no right is needed. apt verifies
 * the signature of each list and with it the hash of each package.
 */
export class Archive {
  readonly #home: string
  readonly #say: (line: string) => void
  readonly #architecture: string

  private constructor(home: string, architecture: string, say: (line: string) => void) {
    this.#home = home
    this.#architecture = architecture
    this.#say = say
  }

  /** Brings the lists of packages up to date; where that fails, those of an earlier build are used, and it says so. */
  static async open(cache: string, architecture: string, say: (line: string) => void): Promise<Archive> {
    const archive = new Archive(join(cache, 'apt', architecture), architecture, say)
    await archive.#configure()
    await archive.#update()
    return archive
  }

  /** The named packages, without what they depend on. */
  async fetch(names: readonly string[]): Promise<readonly Package[]> {
    // What lies in the folder already is not listed, so the list is made in another.
    const listed = await this.#apt(['download', '--print-uris', ...names])
    await this.#apt(['download', ...names], 'debs')
    return this.#verified(listed)
  }

  /** The named packages and all that they depend on. */
  async fetchWithDependencies(names: readonly string[]): Promise<readonly Package[]> {
    const order = ['--yes', '--no-install-recommends', 'install', ...names]
    const listed = await this.#apt(['--print-uris', ...order])
    // Here apt tells MD5 alone, so only the names are taken from this list.
    const all = [...listed.matchAll(/^'[^']*' ([a-z0-9.+-]+)_/gm)].map(([, name]) => name)
    return all.length === 0 ? [] : this.fetch(all)
  }

  async #configure(): Promise<void> {
    for (const folder of ['state/lists/partial', 'cache/archives/partial', 'debs', 'sources'])
      mkdirSync(join(this.#home, folder), { recursive: true })
    for (const [name, text] of debianSources()) writeFileSync(join(this.#home, 'sources', name), text)
    writeFileSync(join(this.#home, 'status'), '')
    const lines = (await run('apt-config', ['dump'])).toString().split('\n')
    // Of the machine's own settings those that say how the archive is reached; hooks and the like stay with the machine.
    const kept = lines.filter((line) => /^(Acquire::(https?|Retries|Force|Check-|By-Hash)|Dir::Etc::netrc)/i.test(line))
    writeFileSync(join(this.#home, 'apt.conf'), [...kept, ...this.#settings(), ''].join('\n'))
  }

  #settings(): string[] {
    const path = (folder: string) => JSON.stringify(join(this.#home, folder))
    return [
      `APT::Architecture "${this.#architecture}";`,
      `APT::Architectures { "${this.#architecture}"; };`,
      `APT::Update::Error-Mode "any";`,
      // Root's cache is closed to apt's own user, whom it would drop to for downloads.
      ...(process.getuid?.() === 0 ? ['APT::Sandbox::User "root";'] : []),
      'Acquire::Languages "none";',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
      `Dir::State ${path('state')};`,
      `Dir::State::status ${path('status')};`,
      `Dir::Cache ${path('cache')};`,
      `Dir::Etc::sourcelist "/dev/null";`,
      `Dir::Etc::sourceparts ${path('sources')};`,
    ]
  }

  async #update(): Promise<void> {
    try {
      await this.#apt(['update'])
    } catch (error) {
      const lists = readdirSync(join(this.#home, 'state/lists')).some((name) => /_Packages(\.\w+)?$/.test(name))
      if (!lists) throw error
      this.#say(`Debian's lists for ${this.#architecture} are those of an earlier build: ${(error as Error).message}`)
    }
  }

  /** One apt at a time uses the state, also when several images are built at once. */
  async #apt(args: readonly string[], folder = '.'): Promise<string> {
    const env = { APT_CONFIG: join(this.#home, 'apt.conf'), LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
    // apt reads APT_CONFIG before the machine's own files, which must add nothing to it.
    const only = ['-o', 'Dir::Etc::parts=/dev/null', '-o', 'Dir::Etc::main=/dev/null']
    const command = [join(this.#home, 'lock'), 'apt-get', '-q', ...only, ...args]
    return (await run('flock', command, { cwd: join(this.#home, folder), env })).toString()
  }

  async #verified(listed: string): Promise<readonly Package[]> {
    const files = parseUris(listed).toSorted((a, b) => (a.file < b.file ? -1 : 1))
    return Promise.all(files.map(({ file, sha256 }) => this.#read(join(this.#home, 'debs', file), sha256)))
  }

  async #read(file: string, sha256: string): Promise<Package> {
    if (!existsSync(file)) throw new ImageError(`fetch Debian packages: apt-get download left no ${file}`)
    const is = createHash('sha256').update(readFileSync(file)).digest('hex')
    if (is !== sha256)
      throw new ImageError(`${file} has SHA-256 ${is}, the archive says ${sha256}: remove it, try again`)
    const control = (await run('dpkg-deb', ['--field', file])).toString()
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1] ?? ''
    return {
      name: field('Package'),
      version: field('Version'),
      architecture: field('Architecture'),
      file,
      sha256,
      control,
    }
  }
}

/** Reads the lines of `--print-uris`: 'ADDRESS' FILE SIZE SHA256:HASH. */
export function parseUris(printed: string): { file: string; sha256: string }[] {
  const found: { file: string; sha256: string }[] = []
  for (const line of printed.split('\n')) {
    const [, file, sha256] = /^'[^']*' (\S+) \d+ SHA256:([0-9a-f]{64})$/.exec(line) ?? []
    if (file !== undefined && sha256 !== undefined) found.push({ file, sha256 })
  }
  return found
}
