/** One reading of a node or container. Absent: the kubelet said nothing of it. */
export interface Point {
  readonly timestampMs: number
  /** When the container started, ms since 1970; 0 where the kubelet does not say. */
  readonly startMs: number
  /** CPU used since the start, in billionths of a core-second. */
  readonly cpu: number
  readonly memoryBytes: number
}

/** What one answer of a kubelet says, as far as it is complete. */
export interface Points {
  readonly node: Point | undefined
  /** By `namespace/name`, then by container. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Point>>
}

/** An answer of a kubelet that cannot be taken. */
export class KubeletBodyError extends Error {
  override readonly name = 'KubeletBodyError'
  readonly code = 'KUBELET_BODY'
}
