import * as v from 'valibot'
import { Discoveries, type KubernetesSdConfig } from '#lib/discovery'
import { type ClusterAccess, ClusterWatch, findCluster, openKubeApi } from '#lib/kube'
import type { Logger } from '#lib/log'
import { httpConfigSchema } from '#lib/scrape'
import { isOwnCluster } from './pool-discovery.ts'

/** The clusters that entries of `kubernetes_sd_configs` name themselves, by `api_server` or `kubeconfig_file`. */
export class SdClusters implements AsyncDisposable {
  readonly #log: Logger
  readonly #stack = new AsyncDisposableStack()
  readonly #known = new Map<string, Discoveries>()

  private constructor(log: Logger) {
    this.#log = log
  }

  /** Opens each named cluster once; a kubeconfig that cannot be read is an error of the configuration. */
  static async open(configs: readonly KubernetesSdConfig[], log: Logger): Promise<SdClusters> {
    const clusters = new SdClusters(log)
    for (const config of configs) {
      const key = keyOf(config)
      if (key !== undefined && !clusters.#known.has(key)) clusters.#open(key, await accessOf(config))
    }
    return clusters
  }

  /** undefined where the entry names no cluster of its own. */
  of(config: KubernetesSdConfig): Discoveries | undefined {
    const key = keyOf(config)
    return key === undefined ? undefined : this.#known.get(key)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }

  #open(key: string, access: ClusterAccess): void {
    const api = this.#stack.use(openKubeApi(access))
    const watch = this.#stack.use(new ClusterWatch({ api, log: this.#log }))
    const subscribe: ConstructorParameters<typeof Discoveries>[0] = (subscription, sink) =>
      watch.subscribe(subscription, sink)
    this.#known.set(key, new Discoveries(subscribe, { ownNamespace: access.identity.namespace }))
    watch.start()
  }
}

function keyOf(config: KubernetesSdConfig): string | undefined {
  const { api_server: server, kubeconfig_file: file } = config
  return isOwnCluster(config) ? undefined : JSON.stringify([server, file, httpPart(config)])
}

async function accessOf(config: KubernetesSdConfig): Promise<ClusterAccess> {
  const { kubeconfig_file: file, api_server: server } = config
  if (file === '') return serverAccess(server, v.parse(httpConfigSchema, httpPart(config)))
  const found = await findCluster({ kubeconfig: file, env: process.env })
  if (found.kind === 'cluster') return found.access
  throw new Error(`kubernetes_sd_configs: ${found.why}`)
}

/** How the API server is talked to, beside what is asked of it. */
function httpPart(config: KubernetesSdConfig): Record<string, unknown> {
  const asked = new Set(['role', 'api_server', 'kubeconfig_file', 'namespaces', 'selectors', 'attach_metadata'])
  return Object.fromEntries(Object.entries(config).filter(([name, value]) => !asked.has(name) && value !== undefined))
}

/** An API server that the file names with the fields of an HTTP client. */
function serverAccess(server: string, http: v.InferOutput<typeof httpConfigSchema>): ClusterAccess {
  refuseUnknown(http)
  const { tls_config: tls, authorization, basic_auth: basic } = http
  const source = (text = '', file = '') => (text !== '' ? { text } : file !== '' ? { file } : undefined)
  const token =
    source(authorization?.credentials, authorization?.credentials_file) ??
    source(http.bearer_token, http.bearer_token_file)
  return {
    identity: {
      source: 'kubeconfig',
      from: 'kubernetes_sd_configs',
      context: '',
      cluster: server,
      server,
      user: basic?.username ?? '',
      namespace: 'default',
    },
    server,
    ca: source(tls?.ca, tls?.ca_file),
    cert: source(tls?.cert, tls?.cert_file),
    key: source(tls?.key, tls?.key_file),
    token,
    ...(basic ? { basic: { username: basic.username, password: basic.password } } : {}),
    tlsServerName: tls?.server_name ?? '',
    insecure: tls?.insecure_skip_verify ?? false,
    proxy: http.proxy_url ?? '',
    compression: true,
    impersonation: {},
    notices: [],
  }
}

/** What the client for API servers has no place for. */
function refuseUnknown({
  basic_auth: basic,
  authorization,
  http_headers: headers,
}: v.InferOutput<typeof httpConfigSchema>) {
  const type = authorization?.type.trim() ?? 'Bearer'
  const unknown = [
    basic?.username_file && 'basic_auth.username_file',
    basic?.password_file && 'basic_auth.password_file',
    type.toLowerCase() !== 'bearer' && `authorization.type ${JSON.stringify(type)}`,
    Object.keys(headers).length > 0 && 'http_headers',
  ].find(Boolean)
  if (unknown)
    throw new Error(
      `kubernetes_sd_configs: ${unknown} cannot be used for an API server: name a kubeconfig_file instead`,
    )
}
