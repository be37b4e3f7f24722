import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClusterAccess } from './cluster-access.ts'

/** A request as a test sees it. */
export interface FakeRequest {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface FakeObject {
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string; [field: string]: unknown }
  [field: string]: unknown
}

interface Watcher {
  readonly path: string
  readonly form: string
  readonly answer: ServerResponse
}

interface Change {
  readonly version: number
  readonly path: string
  readonly type: string
  readonly object: FakeObject
}

/** An answer of a script: a status with a metav1.Status, or anything done to the answer. */
export type Script = (request: FakeRequest, answer: ServerResponse) => boolean | void

/**
 * A small API server for tests that must provoke failures: collections with versions, pages, watches, streaming lists,
 * tables and metadata; `script` answers before it does.
 */
export class FakeApiServer implements AsyncDisposable {
  readonly requests: FakeRequest[] = []
  /** How it answers streaming lists: as asked; with a 422; with an ERROR event inside a 200; as if it knew of none. */
  streaming: 'yes' | 'status' | 'event' | 'ignored' = 'yes'
  /** Answers and returns true, or leaves the request to the server. */
  script: Script = () => false
  readonly #server: Server
  readonly #collections = new Map<string, Map<string, FakeObject>>()
  readonly #watchers = new Set<Watcher>()
  #history: Change[] = []
  #version = 100
  #compacted = 0
  #uids = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(port = 0): Promise<FakeApiServer> {
    const server = createServer()
    const fake = new FakeApiServer(server)
    server.on('request', (request, answer) => void fake.#take(request, answer))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return fake
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** How a client reaches it. */
  access(more: Partial<ClusterAccess> = {}): ClusterAccess {
    const server = `http://127.0.0.1:${this.port}`
    return {
      identity: {
        source: 'kubeconfig',
        from: 'test',
        context: 't',
        cluster: 'c',
        server,
        user: 'tester',
        namespace: 'default',
      },
      server,
      tlsServerName: '',
      insecure: false,
      proxy: '',
      compression: true,
      impersonation: {},
      notices: [],
      ...more,
    }
  }

  /** Requests of a collection: `list`, `page`, `stream`, `watch`. */
  kinds(path = '/api/v1/pods'): string[] {
    return this.requests.filter((request) => request.path === path).map(({ query }) => kindOf(query))
  }

  put(object: FakeObject, path = '/api/v1/pods'): FakeObject {
    const collection = this.#collection(path)
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
    const known = collection.get(key)
    const version = String(++this.#version)
    const uid = object.metadata.uid ?? known?.metadata.uid ?? `uid-${++this.#uids}`
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: version } }
    collection.set(key, stored)
    this.#change(path, known ? 'MODIFIED' : 'ADDED', stored)
    return stored
  }

  delete(name: string, namespace = '', path = '/api/v1/pods'): void {
    const collection = this.#collection(path)
    const object = collection.get(`${namespace}/${name}`)
    if (object === undefined) return
    collection.delete(`${namespace}/${name}`)
    const version = String(++this.#version)
    this.#change(path, 'DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: version } })
  }

  /** Sends a bookmark to all watches. */
  bookmark(): void {
    this.#version++
    for (const watcher of this.#watchers) send(watcher, 'BOOKMARK', bookmarkOf(this.#version))
  }

  /** Sends this text to all watches. */
  say(text: string): void {
    for (const { answer } of this.#watchers) answer.write(text)
  }

  /** Cuts all watches off. */
  drop(): void {
    for (const { answer } of this.#watchers) answer.destroy()
    this.#watchers.clear()
  }

  /** Ends all watches as a server does after timeoutSeconds. */
  close(): void {
    for (const { answer } of this.#watchers) answer.end()
    this.#watchers.clear()
  }

  /** Forgets all history: older versions are gone. */
  compact(): void {
    this.#history = []
    this.#compacted = ++this.#version
  }

  get watches(): number {
    return this.#watchers.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #collection(path: string): Map<string, FakeObject> {
    let collection = this.#collections.get(path)
    if (collection === undefined) this.#collections.set(path, (collection = new Map()))
    return collection
  }

  #change(path: string, type: string, object: FakeObject): void {
    this.#history.push({ version: this.#version, path, type, object })
    for (const watcher of this.#watchers) if (watcher.path === path) send(watcher, type, object)
  }

  async #take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const url = new URL(request.url ?? '', 'http://fake')
    const body = Buffer.concat(parts).toString('utf8')
    const taken = { path: url.pathname, query: url.searchParams, headers: request.headers, body }
    this.requests.push(taken)
    if (this.script(taken, answer) === true) return
    const form = formOf(request.headers.accept ?? '')
    if (url.searchParams.get('watch') === '1') this.#watch(taken, form, answer)
    else this.#list(taken, form, answer)
  }

  #list({ path, query }: FakeRequest, form: string, answer: ServerResponse): void {
    const [version, from] = (query.get('continue') ?? `${this.#version} 0`).split(' ').map(Number)
    if (version < this.#compacted) return refuse(answer, 410, 'Expired', 'The provided continue parameter is too old')
    const all = [...this.#collection(path).values()]
    const limit = Number(query.get('limit') ?? 0) || all.length
    const metadata = {
      resourceVersion: String(version),
      continue: from + limit < all.length ? `${version} ${from + limit}` : '',
    }
    const shown = all.slice(from, from + limit).map((object) => shaped(object, form))
    const list =
      form === 'Table'
        ? { kind: 'Table', metadata, columnDefinitions: columns, rows: shown.map(row) }
        : { kind: 'List', metadata, items: shown }
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list))
  }

  #watch({ path, query }: FakeRequest, form: string, answer: ServerResponse): void {
    const isStream = query.has('sendInitialEvents')
    if (isStream && this.streaming === 'status') return refuse(answer, 422, 'Invalid', 'sendInitialEvents: Forbidden')
    const version = Number(query.get('resourceVersion') ?? this.#version)
    if (!isStream && version < this.#compacted) return refuse(answer, 410, 'Expired', 'too old resource version')
    answer.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    const watcher = { path, form, answer }
    if (isStream && this.streaming === 'event') {
      const message = 'the required storage feature RequestWatchProgress is disabled'
      const status = { kind: 'Status', code: 500, reason: 'InternalError', message }
      answer.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
      answer.end()
      return
    }
    if (isStream) {
      for (const object of this.#collection(path).values()) send(watcher, 'ADDED', object)
      send(watcher, 'BOOKMARK', bookmarkOf(this.#version, this.streaming === 'yes'))
    } else {
      const missed = this.#history.filter((change) => change.path === path && change.version > version)
      for (const { type, object } of missed) send(watcher, type, object)
    }
    this.#watchers.add(watcher)
    answer.on('close', () => this.#watchers.delete(watcher))
  }
}

/** Answers with a metav1.Status. */
export function refuse(answer: ServerResponse, code: number, reason: string, message: string, headers = {}): void {
  answer
    .writeHead(code, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ kind: 'Status', code, reason, message }))
}

function kindOf(query: URLSearchParams): string {
  if (query.get('watch') === '1') return query.has('sendInitialEvents') ? 'stream' : 'watch'
  return query.has('continue') ? 'page' : 'list'
}

function bookmarkOf(version: number, isEnd = false): FakeObject {
  const annotations = isEnd ? { 'k8s.io/initial-events-end': 'true' } : undefined
  return { metadata: { name: '', resourceVersion: String(version), annotations } }
}

const columns = [{ name: 'Name' }, { name: 'Type' }]

function formOf(accept: string): string {
  return /as=(\w+)/.exec(accept)?.[1] ?? ''
}

function shaped(object: FakeObject, form: string): FakeObject {
  return form === '' ? object : { kind: 'PartialObjectMetadata', metadata: object.metadata, type: object.type }
}

function row({ type, ...object }: FakeObject) {
  return { cells: [object.metadata.name, type], object }
}

/** As the API server does, only the first table of a watch names its columns. */
const hasColumns = new WeakSet<ServerResponse>()

function send({ answer, form }: Omit<Watcher, 'path'>, type: string, object: FakeObject): void {
  answer.write(
    `${JSON.stringify({ type, object: form === 'Table' ? tableOf(answer, object) : shaped(object, form) })}\n`,
  )
}

function tableOf(answer: ServerResponse, object: FakeObject) {
  const columnDefinitions = hasColumns.has(answer) ? null : columns
  hasColumns.add(answer)
  return { kind: 'Table', columnDefinitions, rows: [row(shaped(object, 'Table'))] }
}
