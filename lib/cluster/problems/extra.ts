/** What other parts know of a cluster beside its objects. */
export interface ClusterExtra {
  /** How the kubelets answer us; those that answer need not be named. */
  readonly kubelets?: readonly KubeletAccess[]
  /** Our own login was refused: an expired token, a certificate past its end, an exec plugin that failed. */
  readonly login?: { readonly user: string; readonly text: string; readonly sinceMs: number }
  /** The API server cannot be reached: what is known is from before. */
  readonly unreachable?: { readonly server: string; readonly text: string; readonly sinceMs: number }
  /** Answers 429 of the API server. */
  readonly throttled?: { readonly count: number; readonly windowSeconds: number; readonly lastMs: number }
  /** What we may not list: `secrets`, `nodes` …, in the API's words. */
  readonly forbidden?: readonly { readonly resource: string; readonly text: string }[]
  /** false: the first look is not complete, and only what keeps us from seeing is told. Default: true. */
  readonly isSynced?: boolean
  /** Whether all objects of a resource are known, as ClusterModel.isComplete tells: only then is one missing. Default: all. */
  readonly isComplete?: (resource: string) => boolean
  /** Names of config maps or secrets of a namespace, where they are known: the nearest is told when one is missing. */
  readonly namesOf?: (kind: 'configmap' | 'secret', namespace: string) => Iterable<string>
}

/** A kubelet that does not answer as it should. */
export interface KubeletAccess {
  readonly node: string
  readonly status: 401 | 403 | 'certificate' | 'unreachable' | 'error'
  /** The words of the failure. */
  readonly text: string
  readonly sinceMs: number
}

/** When and beside what findings are made. */
export interface FindOptions {
  readonly nowMs: number
  readonly extra?: ClusterExtra
}
