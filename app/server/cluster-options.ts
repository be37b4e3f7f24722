/** What the command line says of the cluster to watch. */
export interface ClusterOptions {
  /** false: no cluster is looked for. */
  readonly isWanted: boolean
  /** A kubeconfig to use and no other. */
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  /** Only these namespaces; empty: all, or where that is forbidden, the context's. */
  readonly namespaces: readonly string[]
  /** Namespaces whose Probe and ScrapeConfig objects are taken. */
  readonly scrapeConfigNamespaces: readonly string[]
  readonly intervalMs: number
  /** The state of the cluster is read from pods of ours that tell it, and not made here. */
  readonly stateFromPods: boolean
  /** In a pod: the ConfigMap of its namespace that holds certificates of kubelets; '': a file of the data folder does. */
  readonly pinsConfigMap: string
  /** How many targets, and samples of a scrape, the objects of one namespace may ask for together; 0: no limit. */
  readonly namespaceTargetLimit: number
  readonly namespaceSampleLimit: number
}

/** The pool of metrics.k8s.io: what it cannot give is told as a note. */
export const METRICS_API_POOL = 'metrics-api'
