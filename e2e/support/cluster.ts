import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './program.ts'
import { tools } from './tools.ts'

const script = join(root, 'e2e/cluster/cluster')
/** Not the one that a person starts by hand: tests remove theirs without asking. */
const number = process.env.BINNACLE_CLUSTER_NUMBER ?? '2'
const netns = number === '1' ? 'binnacle' : `binnacle${number}`

/** Why the cluster cannot run on this machine, or undefined. */
export function clusterMissing(): string | undefined {
  if (process.platform !== 'linux') return 'the test cluster needs Linux'
  if (process.getuid?.() !== 0) return 'the test cluster needs root'
  const programs = spawnSync('sh', ['-c', `ls ${tools}/v*/kubelet ${tools}/v*/etcd`])
  if (programs.status !== 0) return 'the programs of Kubernetes are not built: e2e/cluster/cluster install'
  return undefined
}

/** What tests look at of an object, or of a list of them. */
export interface KubeObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
  readonly items?: readonly KubeObject[]
}

/** The real Kubernetes of e2e/cluster: one for each test file, started from nothing and removed at its end. */
export class Cluster implements Disposable {
  /** The network namespace of its node. */
  readonly netns = netns
  readonly kubeconfig: string

  constructor(kubeconfig: string) {
    this.kubeconfig = kubeconfig
  }

  /** Starts it; about 14 seconds. One that an earlier run left behind is removed first. */
  static up(env: Readonly<Record<string, string>> = {}): Cluster {
    run(['down'])
    const kubeconfig = run(['up'], { env }).trim().split('\n').at(-1) ?? ''
    return new Cluster(kubeconfig)
  }

  kubectl(...args: string[]): string {
    return run(['kubectl', ...args])
  }

  /** What runs kubectl: a program and its arguments. */
  kubectlCommand(...args: string[]): [string, string[]] {
    const version = readdirSync(tools).find((name) => name.startsWith('v')) ?? ''
    return [join(tools, version, 'kubectl'), ['--kubeconfig', this.kubeconfig, ...args]]
  }

  /** kubectl, given a text on standard input. */
  kubectlWith(input: string, ...args: string[]): string {
    return run(['kubectl', ...args], { input })
  }

  /** Creates or changes what the text describes, YAML or JSON. */
  apply(text: string): void {
    run(['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'], { input: text })
  }

  /** `kubectl get … -o json`, parsed. */
  get(...args: string[]): KubeObject {
    return JSON.parse(this.kubectl('get', ...args, '-o', 'json')) as KubeObject
  }

  /** Applies a file of e2e/cluster/objects. */
  applyFile(name: string): void {
    this.apply(readFileSync(join(root, `e2e/cluster/objects/${name}.yaml`), 'utf8'))
  }

  /** Stops one of its programs, such as kube-apiserver. */
  stop(name: string): void {
    run(['stop', name])
  }

  /** Kills one of its programs, as a crash would. */
  kill(name: string): void {
    run(['kill', name])
  }

  /** Starts it again as it was. */
  start(name: string): void {
    run(['start', name])
  }

  /** A kubeconfig of a user who has no rights but those that roles give. */
  user(name: string): string {
    return run(['user', name]).trim()
  }

  /** Has the cluster's authority sign a certificate for the node's addresses: pki/NAME.crt and pki/NAME.key. */
  certificate(name: string, subject: string): void {
    run(['cert', name, subject])
  }

  /** A file of the cluster's state, such as its log/kubelet. */
  file(name: string): string {
    return join(this.kubeconfig, '..', name)
  }

  /** Loads an image from a docker-archive or OCI tar. */
  image(name: string, tar: string): void {
    run(['image', name, tar])
  }

  /** Runs a command in the network namespace of the node. */
  onNode(...command: string[]): string {
    return execFileSync('nsenter', [`--net=/var/run/netns/${netns}`, ...command], { encoding: 'utf8' })
  }

  /** The same, without waiting for it here. */
  async onNodeLater(...command: string[]): Promise<void> {
    await promisify(execFile)('nsenter', [`--net=/var/run/netns/${netns}`, ...command])
  }

  get nodeIp(): string {
    return /server: "https:\/\/([^:]+):/.exec(readFileSync(this.kubeconfig, 'utf8'))?.[1] ?? ''
  }

  /** Closes the host's way to a port of the node until the answer is disposed of. */
  closed(port: number): Disposable {
    const rule = ['-d', this.nodeIp, '-p', 'tcp', '--dport', String(port), '-j', 'REJECT', '--reject-with', 'tcp-reset']
    execFileSync('iptables', ['-I', 'OUTPUT', ...rule])
    return { [Symbol.dispose]: () => void execFileSync('iptables', ['-D', 'OUTPUT', ...rule]) }
  }

  /** Takes away the host's route to the pods until the answer is disposed of. */
  withoutPods(): Disposable {
    const route = execFileSync('ip', ['route', 'show', 'via', this.nodeIp], { encoding: 'utf8' }).trim().split(' ')
    execFileSync('ip', ['route', 'del', route[0], 'via', this.nodeIp])
    return { [Symbol.dispose]: () => void execFileSync('ip', ['route', 'replace', route[0], 'via', this.nodeIp]) }
  }

  /** Forgets etcd's history: a watch that would go on from before is answered 410. */
  compact(): void {
    const ask = (path: string, body: unknown) =>
      this.onNode('curl', '-sS', '--fail', '-d', JSON.stringify(body), `http://127.0.0.1:2379/v3/kv/${path}`)
    const { header } = JSON.parse(ask('range', { key: 'AA==' })) as { header: { revision: string } }
    ask('compaction', { revision: header.revision, physical: true })
  }

  /** kubectl inside the node's network, for when the host's ways are closed. */
  kubectlOnNode(...args: string[]): string {
    return execFileSync('nsenter', [`--net=/var/run/netns/${netns}`, script, 'kubectl', ...args], {
      encoding: 'utf8',
      env: { ...process.env, BINNACLE_CLUSTER_NUMBER: number },
    })
  }

  [Symbol.dispose](): void {
    run(['down'])
  }
}

function run(
  args: readonly string[],
  options: { input?: string; env?: Readonly<Record<string, string>> } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(script, args, {
    encoding: 'utf8',
    input: options.input ?? '',
    env: { ...process.env, BINNACLE_CLUSTER_NUMBER: number, ...options.env },
    maxBuffer: 256 * 1024 * 1024,
    timeout: 120_000,
  })
  if (error || status !== 0)
    throw new Error(`cluster ${args.slice(0, 6).join(' ')}: ${error?.message ?? stderr.trim().slice(-2000)}`)
  return stdout
}
