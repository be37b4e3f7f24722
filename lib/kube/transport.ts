import * as http from 'node:http'
import * as https from 'node:https'
import { createSecureContext } from 'node:tls'
import type { ClusterAccess } from './cluster-access.ts'
import type { Credential } from './credentials.ts'
import { socksConnector } from './socks.ts'

/** Requests share these few connections, so that no part of the program can crowd the API server or the others. */
const MAX_CONNECTIONS = 6

/**
 * The connections to one API server. Certificates belong to connections: when they change, new connections are made
 * and the old ones end with what runs over them.
 */
export class Transport {
  readonly #access: ClusterAccess
  readonly #url: URL
  readonly #isTls: boolean
  #shared: http.Agent | undefined
  #streams: http.Agent | undefined
  #material = ''
  readonly #retired = new Set<http.Agent>()

  constructor(access: ClusterAccess) {
    this.#access = access
    this.#url = new URL(access.server)
    this.#isTls = this.#url.protocol === 'https:'
  }

  /** A request that is not sent yet; the answer comes as its `response` event. */
  open(path: string, options: http.RequestOptions, credential: Credential, isStream: boolean): http.ClientRequest {
    this.#renew(credential)
    const prefix = this.#url.pathname.replace(/\/$/, '')
    return (this.#isTls ? https : http).request({
      ...options,
      host: this.#url.hostname.replace(/^\[|\]$/g, ''),
      port: this.#url.port || (this.#isTls ? 443 : 80),
      path: prefix + path,
      agent: isStream ? this.#streams : this.#shared,
    })
  }

  close(): void {
    for (const agent of [this.#shared, this.#streams, ...this.#retired]) agent?.destroy()
    this.#retired.clear()
  }

  #renew({ ca, cert, key }: Credential): void {
    const material = this.#isTls ? `${ca}\0${cert}\0${key}` : ''
    if (this.#shared !== undefined && material === this.#material) return
    this.#retire()
    this.#material = material
    const options = this.#agentOptions(ca, cert, key)
    this.#shared = this.#agent({ ...options, keepAlive: true, maxSockets: MAX_CONNECTIONS, timeout: 60_000 })
    this.#streams = this.#agent({ ...options, keepAlive: false })
  }

  #retire(): void {
    for (const agent of this.#retired) if (Object.keys(agent.sockets).length === 0) this.#retired.delete(agent)
    for (const agent of [this.#shared, this.#streams]) {
      if (agent === undefined) continue
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
      agent.maxFreeSockets = 0
      this.#retired.add(agent)
    }
  }

  /** The context is made once: each connection would parse the certificates again. */
  #agentOptions(ca: string, cert: string, key: string): https.AgentOptions {
    const { proxy, tlsServerName, insecure } = this.#access
    const options: https.AgentOptions = {}
    if (proxy !== '' && !proxy.startsWith('socks')) options.proxyEnv = { http_proxy: proxy, https_proxy: proxy }
    if (!this.#isTls) return options
    options.secureContext = createSecureContext({
      ca: ca || undefined,
      cert: cert || undefined,
      key: key || undefined,
    })
    options.rejectUnauthorized = !insecure
    if (tlsServerName !== '') options.servername = tlsServerName
    return options
  }

  #agent(options: https.AgentOptions): http.Agent {
    const agent = this.#isTls ? new https.Agent(options) : new http.Agent(options)
    const { proxy } = this.#access
    if (proxy.startsWith('socks')) agent.createConnection = socksConnector(new URL(proxy), this.#isTls)
    return agent
  }
}
