import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createPrivateKey, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, until } from './program.ts'
import type { AddressInfo } from 'node:net'

/** Whom a registry lets in: everyone, who has a password, or who has a token of its token server, given for a password. */
export type Admission = 'all' | 'basic' | 'token'

const user = { name: 'pilot', password: 'chart:and/compass' }
/** The password by bcrypt, as the registry wants it. */
const HASH = '$2b$05$abcdefghijklmnopqrstuuANaZPDT5NZfDthGu03dO5CswQwbU8jC'

/** Why Debian's registry cannot run on this machine, or undefined. */
export function registryMissing(): string | undefined {
  const missing = ['docker-registry', 'openssl'].find(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  )
  return missing === undefined ? undefined : `${missing} is not installed`
}

/** A real registry on loopback with storage of its own. */
export class RegistryForTests implements AsyncDisposable {
  readonly host: string
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #tokens: TokenServer | undefined

  private constructor(host: string, child: ChildProcess, folder: string, tokens: TokenServer | undefined) {
    this.host = host
    this.#child = child
    this.#folder = folder
    this.#tokens = tokens
  }

  static async start(admission: Admission): Promise<RegistryForTests> {
    const folder = mkdtempSync(join(tmpdir(), 'binnacle-registry-'))
    const tokens = admission === 'token' ? await TokenServer.start(folder) : undefined
    const host = `127.0.0.1:${await freePort()}`
    writeFileSync(join(folder, 'config.yml'), configuration(folder, host, admission, tokens))
    const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
    const registry = new RegistryForTests(host, child, folder, tokens)
    await until(20, 'the registry answers', async () => {
      if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`)
      return (await fetch(`http://${host}/v2/`).catch(() => undefined)) !== undefined
    })
    return registry
  }

  /** A folder with the configuration that `docker login` would leave. */
  dockerConfig(password = user.password): string {
    const auth = Buffer.from(`${user.name}:${password}`).toString('base64')
    writeFileSync(join(this.#folder, 'config.json'), JSON.stringify({ auths: { [this.host]: { auth } } }))
    return this.#folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
    this.#tokens?.close()
    rmSync(this.#folder, { recursive: true })
  }
}

function configuration(folder: string, host: string, admission: Admission, tokens: TokenServer | undefined): string {
  const auth =
    admission === 'basic'
      ? { htpasswd: { realm: 'binnacle', path: passwords(folder) } }
      : { token: { realm: tokens?.realm, service: SERVICE, issuer: ISSUER, rootcertbundle: join(folder, 'cert.pem') } }
  return JSON.stringify({
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host },
    ...(admission !== 'all' && { auth }),
  })
}

function passwords(folder: string): string {
  writeFileSync(join(folder, 'htpasswd'), `${user.name}:${HASH}\n`)
  return join(folder, 'htpasswd')
}

const SERVICE = 'registry of the tests'
const ISSUER = 'token server of the tests'

/** Gives tokens that the registry verifies: https://distribution.github.io/distribution/spec/auth/jwt/ */
class TokenServer {
  readonly realm: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  }

  static async start(folder: string): Promise<TokenServer> {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-subj', '/CN=tokens']
    const made = spawnSync('openssl', ['req', '-x509', '-nodes', ...curve, '-days', '2', '-keyout', key, '-out', cert])
    if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`)
    const server = createServer((request, response) => {
      const wanted = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`
      if (request.headers.authorization !== wanted) {
        response.writeHead(401).end()
        return
      }
      const scope = new URL(request.url ?? '', 'http://x').searchParams.get('scope') ?? ''
      response.end(JSON.stringify({ token: tokenFor(scope, readFileSync(key), readFileSync(cert, 'utf8')) }))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TokenServer(server)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** `scope` is `repository:NAME:pull,push`. */
function tokenFor(scope: string, key: Buffer, cert: string): string {
  const [type = '', name = '', actions = ''] = scope.split(':')
  const nowS = Math.floor(Date.now() / 1000)
  const header = { typ: 'JWT', alg: 'ES256', x5c: [cert.replaceAll(/-----.*-----|\s/g, '')] }
  const access = [{ type, name, actions: actions.split(',') }]
  const claims = {
    iss: ISSUER,
    sub: user.name,
    aud: SERVICE,
    exp: nowS + 300,
    nbf: nowS - 10,
    iat: nowS,
    jti: '1',
    access,
  }
  const body = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(body), { key: createPrivateKey(key), dsaEncoding: 'ieee-p1363' })
  return `${body}.${signature.toString('base64url')}`
}
