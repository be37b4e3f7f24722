/** An etcd and a kube-apiserver on loopback, without controllers: objects need no machines. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, sleep } from '../e2e/support/program.ts'
import { toolPath } from '../e2e/support/tools.ts'

const TOKEN = 'bench'

/** A started API server, where everybody with the token may do everything. */
export class ApiServer implements AsyncDisposable {
  readonly url: string
  readonly kubeconfig: string
  /** Where the objects are kept; a bench may write them there, which is faster than to create them. */
  readonly etcdUrl: string
  readonly #folder: string
  readonly #children: readonly ChildProcess[]

  constructor(url: string, etcdUrl: string, folder: string, children: readonly ChildProcess[]) {
    this.url = url
    this.etcdUrl = etcdUrl
    this.#folder = folder
    this.#children = children
    this.kubeconfig = join(folder, 'kubeconfig')
    writeFileSync(this.kubeconfig, kubeconfigOf(url, join(folder, 'certificates/apiserver.crt')))
  }

  static async start(): Promise<ApiServer> {
    const folder = mkdtempSync(join(tmpdir(), 'binnacle-bench-'))
    const [client, peer, port] = [await freePort(), await freePort(), await freePort()]
    const etcd = run(folder, 'etcd', [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
    ])
    const api = run(folder, 'kube-apiserver', apiServerFlags(folder, client, port))
    const server = new ApiServer(`https://127.0.0.1:${port}`, `http://127.0.0.1:${client}`, folder, [api, etcd])
    await server.#ready()
    return server
  }

  async #ready(): Promise<void> {
    const kubectl = toolPath('kubectl') ?? 'kubectl'
    for (let i = 0; i < 120; i++) {
      try {
        execFileSync(kubectl, ['--kubeconfig', this.kubeconfig, 'get', '--raw', '/readyz'], { stdio: 'ignore' })
        return
      } catch {
        await sleep(500) // not yet
      }
    }
    throw new Error(`the API server was not ready after a minute: see the logs in ${this.#folder}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await gone
      }
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function run(folder: string, name: string, args: readonly string[]): ChildProcess {
  const log = openSync(join(folder, `${name}.log`), 'w')
  return spawn(toolPath(name) ?? name, args, { stdio: ['ignore', log, log] })
}

function apiServerFlags(folder: string, etcdPort: number, port: number): string[] {
  const key = join(folder, 'accounts.key')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  const tokens = join(folder, 'tokens.csv')
  writeFileSync(tokens, `${TOKEN},admin,admin,system:masters\n`)
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=AlwaysAllow',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
  ]
}

/** The certificate is there once the server has started. */
function kubeconfigOf(url: string, caFile: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server: url, 'certificate-authority': caFile } }],
    users: [{ name: 'bench', user: { token: TOKEN } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  })
}
