import { KubeConnectionError, KubeStatusError, type KubeAnswer, type KubeApi, type KubeRequest } from '#lib/kube'

export interface FakeObject {
  metadata: { name?: string; resourceVersion?: string; [field: string]: unknown }
  [field: string]: unknown
}

/** Objects with versions, as the API server keeps them, for tests of races that cannot be provoked in a real one. */
export class FakeObjects {
  readonly objects = new Map<string, FakeObject>()
  /** Every write that took place. */
  readonly writes: { path: string; method: string; body: FakeObject }[] = []
  /** Every request, also those that were refused. */
  readonly asked: string[] = []
  /** Called when a request arrives; whatever it does happens before the request is served. */
  before: (method: string, path: string) => void | Promise<void> = () => {}
  /** Called when a request was served; what it throws, the client gets instead of the answer. */
  after: (method: string, path: string) => void | Promise<void> = () => {}
  #version = 100

  get api(): KubeApi {
    return {
      identity: { source: 'pod', from: '', context: '', cluster: '', server: '', user: 'test', namespace: 'binnacle' },
      request: (): Promise<KubeAnswer> => Promise.reject(new Error('bug: not asked for')),
      json: async <T>(path: string, options: KubeRequest = {}): Promise<T> => {
        const { method = 'GET' } = options
        this.asked.push(`${method} ${path}`)
        await this.before(method, path)
        const answer = structuredClone(this.#serve(method, path, options)) as T
        await this.after(method, path)
        return answer
      },
    }
  }

  /** Writes an object as anyone else would. */
  put(path: string, object: FakeObject): void {
    this.objects.set(path, { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } })
  }

  patch(path: string, body: object): void {
    this.put(path, merged(this.objects.get(path) ?? { metadata: {} }, body) as FakeObject)
  }

  #serve(method: string, path: string, { body, headers, query }: KubeRequest): unknown {
    const object = this.objects.get(path)
    if (method === 'GET') return object ?? refuse(404, 'NotFound')
    const change = body as FakeObject
    if (method === 'POST') return this.#post(`${path}/${change.metadata.name}`, change)
    const base = path.replace(/\/status$/, '')
    const old = this.objects.get(base)
    const isApply = headers?.['content-type'] === 'application/apply-patch+yaml'
    const { resourceVersion } = change.metadata
    if (isApply && query?.fieldManager === undefined) return refuse(400, 'BadRequest')
    if (old === undefined && (!isApply || base !== path)) return refuse(404, 'NotFound')
    if (old !== undefined && resourceVersion !== undefined && old.metadata.resourceVersion !== resourceVersion)
      return refuse(409, 'Conflict')
    this.writes.push({ path, method: isApply ? 'APPLY' : 'PATCH', body: change })
    this.put(base, merged(old ?? {}, change) as FakeObject)
    return this.objects.get(base)
  }

  #post(path: string, object: FakeObject): unknown {
    if (this.objects.has(path)) return refuse(409, 'AlreadyExists')
    this.writes.push({ path, method: 'POST', body: object })
    this.put(path, object)
    return this.objects.get(path)
  }
}

/** What a client sees when the network is gone. */
export function unreachable(): never {
  throw new KubeConnectionError('cannot reach the API server')
}

function refuse(status: number, reason: string): never {
  throw new KubeStatusError(status, reason, `${status}: ${reason}`)
}

/** RFC 7396. */
function merged(old: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return change
  const result: Record<string, unknown> = typeof old === 'object' && old !== null ? { ...old } : {}
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}
