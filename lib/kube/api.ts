/** The API server of one cluster, as one user. */
export interface KubeApi {
  readonly identity: KubeIdentity
  /** Sends a request and resolves with the head of its answer, whatever the status. Rejects when no answer came. */
  request(path: string, options?: KubeRequest): Promise<KubeAnswer>
  /** The parsed body of a 2xx answer; otherwise rejects with a KubeStatusError. */
  json<T>(path: string, options?: KubeRequest): Promise<T>
}

/** Whose cluster this is and where that is known from. */
export interface KubeIdentity {
  /** `kubeconfig` or the service account of a pod. */
  readonly source: 'kubeconfig' | 'pod'
  /** The file, or the service account's folder. */
  readonly from: string
  readonly context: string
  readonly cluster: string
  readonly server: string
  /** The name in the kubeconfig, or `system:serviceaccount:NS:NAME`. */
  readonly user: string
  /** The context's or the pod's namespace. */
  readonly namespace: string
}

export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** JSON unless it is text already. */
  readonly body?: unknown
  /** Of the head; and of the body, where it is read by `json` or `bytes`. Default 30 s; 0: none. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** The answer goes on for long, as a watch does: it gets a connection of its own and holds up nothing else. */
  readonly stream?: boolean
  /** The answer may be another server's, such as a pod's: its 401 says nothing of our credential. */
  readonly relayed?: boolean
}

export interface KubeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Inflated. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** The whole body, at most so long (default 64 MiB). */
  bytes(limit?: number): Promise<Uint8Array>
}

/** What the API server refused. */
export class KubeStatusError extends Error {
  override readonly name = 'KubeStatusError'
  readonly code = 'KUBE_STATUS'
  readonly status: number
  /** As in metav1.Status: Forbidden, NotFound, Expired … */
  readonly reason: string
  /** 0 where the server said nothing. */
  readonly retryAfterSeconds: number

  constructor(status: number, reason: string, message: string, retryAfterSeconds = 0) {
    super(message)
    this.status = status
    this.reason = reason
    this.retryAfterSeconds = retryAfterSeconds
  }
}
