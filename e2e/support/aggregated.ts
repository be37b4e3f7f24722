import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Aggregation, type AggregationTimings, defaultTimings, type MissingFigures } from '#lib/aggregation'
import { findCluster, type OpenKubeApi, openKubeApi } from '#lib/kube'
import { openLog } from '#lib/log'
import type { Cluster } from './cluster.ts'

const service = 'binnacle-metrics-api'
const root = '/apis/metrics.k8s.io/v1beta1'

/** What metrics-server's manifest applies. */
export const peerApiService = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1beta1.metrics.k8s.io', labels: { 'k8s-app': 'metrics-server' } },
  spec: {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    insecureSkipTLSVerify: true,
    service: { name: 'metrics-server', namespace: 'kube-system' },
  },
}

/** The rights of metrics-api that have to do with aggregation, and a Service without a selector. */
export const aggregationObjects = `
apiVersion: v1
kind: Namespace
metadata: { name: binnacle }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${service}, namespace: binnacle }
---
apiVersion: v1
kind: Service
metadata: { name: ${service}, namespace: binnacle }
spec: { ports: [{ name: https, port: 443, targetPort: 10250 }] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ${service} }
rules:
  - { apiGroups: [apiregistration.k8s.io], resources: [apiservices], resourceNames: [v1beta1.metrics.k8s.io], verbs: [get, create, patch] }
  - { apiGroups: [apiregistration.k8s.io], resources: [apiservices/status], resourceNames: [v1beta1.metrics.k8s.io], verbs: [patch] }
  - { apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [${service}], verbs: [get] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: ${service} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${service} }
subjects: [{ kind: ServiceAccount, name: ${service}, namespace: binnacle }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: ${service}, namespace: binnacle }
rules:
  - { apiGroups: [''], resources: [secrets], resourceNames: [${service}-ca], verbs: [get, create, patch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: ${service}, namespace: binnacle }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${service} }
subjects: [{ kind: ServiceAccount, name: ${service}, namespace: binnacle }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: ${service}-events, namespace: default }
rules:
  - { apiGroups: [''], resources: [events], verbs: [create] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: ${service}-events, namespace: default }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${service}-events }
subjects: [{ kind: ServiceAccount, name: ${service}, namespace: binnacle }]
`

/** A replica of an aggregated API server on this machine, behind the API server of a cluster, with the rights of its service account. */
export class Replica implements AsyncDisposable {
  readonly aggregation: Aggregation
  readonly name: string
  readonly #cluster: Cluster
  readonly #api: OpenKubeApi
  readonly #end = new AbortController()
  /** What it says has no figures. */
  missing: MissingFigures[] = []
  /** How often it was given a certificate. */
  certificates = 0
  #server: Server | undefined
  #running: Promise<void> = Promise.resolve()

  private constructor(cluster: Cluster, name: string, api: OpenKubeApi, timings: Partial<AggregationTimings>) {
    this.#cluster = cluster
    this.name = name
    this.#api = api
    this.aggregation = new Aggregation({
      api,
      names: { namespace: 'binnacle', service, secret: `${service}-ca`, clusterRole: service, instance: name },
      log: openLog({ level: 'warn', format: 'json' }),
      isReady: () => this.#server !== undefined,
      missing: () => this.missing,
      onCertificate: (pair) => {
        this.certificates++
        this.#server?.setSecureContext(pair)
      },
      timings: { ...defaultTimings, ...timings },
    })
  }

  static async create(cluster: Cluster, name: string, timings: Partial<AggregationTimings> = {}): Promise<Replica> {
    const token = cluster.kubectl('create', 'token', service, '-n', 'binnacle', '--duration=10h').trim()
    const kubeconfig = cluster.file(`${name}.kubeconfig`)
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(cluster, token)), { mode: 0o600 })
    return new Replica(cluster, name, await openAs(kubeconfig), timings)
  }

  /** Serves behind the Service and keeps what is to be kept. */
  async start(): Promise<void> {
    const pair = await this.aggregation.start(this.#end.signal)
    const server = createServer(pair, (request, answer) => {
      const isKnown = request.url?.startsWith(root) ?? false
      const list = {
        kind: 'NodeMetricsList',
        apiVersion: 'metrics.k8s.io/v1beta1',
        metadata: {},
        items: [],
        who: this.name,
      }
      answer.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(list))
    })
    // Kept connections would outlive the certificates that are to be tried.
    server.keepAliveTimeout = 200
    await new Promise<void>((resolve) => server.listen(0, this.#address, resolve))
    this.#cluster.apply(JSON.stringify(this.#slice((server.address() as AddressInfo).port)))
    this.#server = server
    this.#running = this.aggregation.run(this.#end.signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort()
    await this.#running
    this.#server?.closeAllConnections()
    this.#server?.close()
    await this.#api[Symbol.asyncDispose]()
    this.#cluster.kubectl('delete', 'endpointslice', this.name, '-n', 'binnacle', '--ignore-not-found')
  }

  /** This machine, as the node sees it. */
  get #address(): string {
    return this.#cluster.nodeIp.replace(/\.1$/, '.254')
  }

  #slice(port: number) {
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: this.name, namespace: 'binnacle', labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [{ name: 'https', port, protocol: 'TCP' }],
      endpoints: [{ addresses: [this.#address], conditions: { ready: true } }],
    }
  }
}

/** The API server as the user of a kubeconfig. */
export async function openAs(kubeconfig: string): Promise<OpenKubeApi> {
  const found = await findCluster({ kubeconfig, env: {} })
  if (found.kind === 'none') throw new Error(found.why)
  return openKubeApi(found.access)
}

function kubeconfigOf(cluster: Cluster, token: string) {
  const server = `https://${cluster.nodeIp}:6443`
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': cluster.file('pki/ca.crt') } }],
    users: [{ name: 'account', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'account' } }],
    'current-context': 'test',
  }
}
