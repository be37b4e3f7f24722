import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageMissing } from './built-image.ts'
import { Cluster, clusterMissing } from './cluster.ts'
import { type QuerySample, root, sleep, until } from './program.ts'
import { askSecurely } from './secured.ts'
import { patience } from './watched.ts'

export type Component = 'server' | 'agent' | 'kube-state' | 'metrics-api'
export const components: readonly Component[] = ['server', 'agent', 'kube-state', 'metrics-api']

/** Why the install cannot be tried on this machine, or undefined. */
export function installMissing(): string | undefined {
  return clusterMissing() ?? imageMissing()
}

/** A cluster of its own with the image of this commit on its node, for a manifest of `deploy/`. */
export class Installation implements Disposable {
  readonly cluster: Cluster
  readonly manifest: string

  constructor(cluster: Cluster, manifest: string) {
    this.cluster = cluster
    this.manifest = manifest
  }

  /** Starts the cluster with an application in it, and loads the image. Nothing is applied yet. */
  static prepare(manifest: string): Installation {
    const folder = mkdtempSync(join(tmpdir(), 'install-'))
    try {
      const tar = process.env.BINNACLE_IMAGE ?? join(folder, 'image.tar')
      if (!existsSync(tar))
        execFileSync(join(root, 'scripts/image'), ['--arch', 'amd64', '--output', tar], { cwd: root })
      const cluster = Cluster.up()
      cluster.applyFile('well')
      cluster.image('docker.io/library/binnacle', tar)
      return new Installation(cluster, join(root, 'deploy', manifest))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** As people do it; or changed, as the next version of the file would be. */
  apply(change?: (manifest: string) => string): void {
    if (change === undefined) this.cluster.kubectl('apply', '-f', this.manifest)
    else this.cluster.kubectlWith(change(readFileSync(this.manifest, 'utf8')), 'apply', '-f', '-')
  }

  pods(...selectors: string[]): string {
    const selector = ['app.kubernetes.io/part-of=binnacle', ...selectors].join(',')
    return this.cluster.kubectl('get', 'pods', '-A', '-l', selector, '--no-headers')
  }

  /** Waits until every workload has its pod, ready; the answer is how many seconds that took. */
  async ready(seconds = 60): Promise<number> {
    const started = Date.now()
    await until(seconds * patience(), 'all pods are ready', async () => {
      const lines = this.pods().trim().split('\n')
      const isWhole = lines.length === components.length && lines.every((line) => / 1\/1 +Running /.test(line))
      if (!isWhole) throw new Error(lines.join('\n'))
      return true
    })
    return (Date.now() - started) / 1000
  }

  /** Where a browser finds it. */
  url(): string {
    const service = this.cluster.get('service', 'binnacle', '-n', 'binnacle')
    const { nodePort } = (service.spec as { ports: { nodePort: number }[] }).ports[0]
    return `https://${this.cluster.nodeIp}:${nodePort}`
  }

  /** A token of someone who may see everything. */
  admin(): string {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'me', namespace: 'default' } }
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'me' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'me', namespace: 'default' }],
    }
    for (const object of [account, binding]) this.cluster.apply(JSON.stringify(object))
    return this.cluster.kubectl('create', 'token', 'me', '--duration=2h').trim()
  }

  ask(token: string, path: string) {
    return askSecurely(this.url() + path, { headers: { authorization: `Bearer ${token}` } })
  }

  /** An instant query, at a time in seconds or now. */
  async query(token: string, expr: string, time?: number): Promise<QuerySample[]> {
    const at = time === undefined ? '' : `&time=${time}`
    const { status, text } = await this.ask(token, `/api/v1/query?query=${encodeURIComponent(expr)}${at}`)
    if (status !== 200) throw new Error(`${expr}: ${status} ${text.slice(0, 300)}`)
    return (JSON.parse(text) as { data: { result: QuerySample[] } }).data.result
  }

  /** The process of a component's container, as the host counts. */
  processId(component: Component): number {
    const selector = `app.kubernetes.io/component=${component}`
    const { items = [] } = this.cluster.get('pods', '-A', '-l', selector)
    const uids = items.map(({ metadata }) => metadata.uid)
    for (const uid of uids) {
      const found = execFileSync('find', ['/sys/fs/cgroup', '-path', `*pod${uid}/*`, '-name', 'cgroup.procs'], {
        encoding: 'utf8',
      })
      for (const file of found.trim().split('\n').filter(Boolean))
        for (const pid of readFileSync(file, 'utf8').trim().split('\n').filter(Boolean))
          if (commandOf(pid).includes('binnacle.js')) return Number(pid)
    }
    throw new Error(`${component} has no process:\n${this.pods()}`)
  }

  /** How often the container of a component was started again. */
  restarts(component: Component): number {
    const line = this.pods(`app.kubernetes.io/component=${component}`).trim()
    return Number(/ [01]\/1 +\w+ +(\d+)/.exec(line)?.[1] ?? 0)
  }

  /** Everything in the cluster but what comes and goes by itself. */
  everything(): Set<string> {
    const kinds = this.cluster
      .kubectl('api-resources', '--verbs=list', '-o', 'name')
      .trim()
      .split('\n')
      .filter((kind) => !/^events|metrics\.k8s\.io$|^leases|^componentstatuses/.test(kind))
    const lines = this.cluster
      .kubectl('get', kinds.join(','), '-A', '--ignore-not-found', '-o', NAMES)
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).join(' '))
    return new Set(lines.filter((line) => !line.startsWith('KIND ')))
  }

  /** Waits until nothing is there that was not there before, but the reader of these tests and the application. */
  async nothingLeft(before: ReadonlySet<string>): Promise<void> {
    await until(90 * patience(), 'nothing is left', async () => {
      const left = [...this.everything()].filter((one) => !before.has(one) && !NOT_OURS.some((it) => it.test(one)))
      if (left.length > 0) throw new Error(left.join('\n'))
      return true
    })
  }

  [Symbol.dispose](): void {
    this.cluster[Symbol.dispose]()
  }
}

const NOT_OURS = [/^\w+ default me$/, /^ClusterRoleBinding <none> me$/, /^(Pod|ReplicaSet|EndpointSlice|Job) shop /]
const NAMES = 'custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name'

/** A process's command line, or '' where it has ended. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Kills a process at a moment when it writes to a disk: its count of written characters has just grown. */
export async function killWhileItWrites(pid: number): Promise<void> {
  const written = () => Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0)
  const before = written()
  const deadline = Date.now() + 60_000
  while (written() === before) {
    if (Date.now() > deadline) throw new Error(`process ${pid} has written nothing for a minute`)
    await sleep(1)
  }
  process.kill(pid, 'SIGKILL')
}
