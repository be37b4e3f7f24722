/** What the objects of metrics-api are called in this cluster. */
export interface AggregationNames {
  /** Where the Service and the Secret are. */
  readonly namespace: string
  readonly service: string
  /** Keeps the authority that signs the replicas' serving certificates. */
  readonly secret: string
  /** Owns the APIService, so that both are removed together. */
  readonly clusterRole: string
  /** This replica, such as the name of its pod: no two may share one. */
  readonly instance: string
}

/** How soon and how often things are done. */
export interface AggregationTimings {
  /** How often the APIService is looked at: stepping in takes at most a little longer. */
  readonly lookMs: number
  /** How often the Secret is looked at. */
  readonly secretMs: number
  /** How long `caBundle` must have held an authority before anyone serves with it: API servers learn it one by one. */
  readonly spreadMs: number
  /** How long an authority that signs no more is trusted on: by then every replica that can ask has moved. */
  readonly retireMs: number
  /** How often at most missing figures are told. */
  readonly tellMs: number
  /** The first and the longest waiting time while the API server does not answer. */
  readonly backoffMs: readonly [number, number]
}

export const defaultTimings: AggregationTimings = {
  lookMs: 2_000,
  secretMs: 30_000,
  spreadMs: 60_000,
  retireMs: 3_600_000,
  tellMs: 60_000,
  backoffMs: [1_000, 10_000],
}

/** The one name of the API, which every program that serves it must use. */
export const API_SERVICE = 'v1beta1.metrics.k8s.io'

/** What the API server's own part of the path is called to whoever dials the Service. */
export function servingNames({ service, namespace }: AggregationNames): string[] {
  return [
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
    `${service}.${namespace}`,
    service,
    'localhost',
  ]
}

/** On everything that the program makes. */
export const labels = {
  'app.kubernetes.io/name': 'binnacle',
  'app.kubernetes.io/part-of': 'binnacle',
  'app.kubernetes.io/component': 'metrics-api',
}

/** Who changes what exists. */
export const MANAGER = 'binnacle-metrics-api'

/** Who creates: another for each replica, so that what one has created is a conflict for the others. */
export function managerOf({ instance }: AggregationNames): string {
  return `${MANAGER}-${instance}`.slice(0, 128)
}
