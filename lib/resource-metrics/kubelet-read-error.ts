/** What stands in the way of a kubelet's figures, as metrics tell it. */
export type KubeletFailure =
  | 'unreachable'
  | 'timeout'
  | 'certificate'
  | 'unauthorized'
  | 'forbidden'
  | 'status'
  | 'body'

/** Why a kubelet gave no body: an id for metrics, and words. */
export class KubeletReadError extends Error {
  override readonly name = 'KubeletReadError'
  readonly code: KubeletFailure

  constructor(code: KubeletFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
