/** Figures of one node or container as the API prints them: quantities by the name of their resource. */
export type Usage = Readonly<Record<string, string>>

/** What metrics.k8s.io tells of a node. */
export interface NodeFigures {
  readonly timestampMs: number
  /** Over how long the CPU rate was taken. */
  readonly windowNs: number
  readonly usage: Usage
}

export interface ContainerFigures {
  readonly name: string
  readonly usage: Usage
}

/** What metrics.k8s.io tells of a pod; time and window are those of the container that was read first. */
export interface PodFigures {
  readonly timestampMs: number
  readonly windowNs: number
  readonly containers: readonly ContainerFigures[]
}

/** Where figures come from. */
export interface FigureSource {
  node(name: string): NodeFigures | undefined
  pod(namespace: string, name: string): PodFigures | undefined
}

/** A node or pod that exists, as far as selectors and answers look at it. */
export interface ListedObject {
  readonly name: string
  /** '' for a node. */
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** Which nodes and pods there are, in the order of the API server's lists: by namespace, then by name. */
export interface ObjectSource {
  nodes(): Iterable<ListedObject>
  /** '' for all namespaces. */
  pods(namespace: string): Iterable<ListedObject>
  node(name: string): ListedObject | undefined
  pod(namespace: string, name: string): ListedObject | undefined
}
