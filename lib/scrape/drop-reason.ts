/** Why a target that was found is not scraped; the words for it are made where it is shown. */
export interface DropReason {
  readonly id: DropReasonId | (string & {})
  readonly facts: Readonly<Record<string, string | number>>
}

/**
 * The reasons of this package and their facts; whoever routes targets may have others.
 *
 *     relabelled-away          rule (its place), action, sourceLabels, regex, targetLabel, value
 *     no-address
 *     invalid-address          address
 *     invalid-scheme           scheme
 *     invalid-interval         interval
 *     invalid-timeout          timeout, interval
 *     invalid-label            label
 *     forbidden-address        address, kind
 *     file-refused             field
 *     duplicate                url
 *     already-scraped          pool, url
 *     namespace-target-limit   namespace, limit
 */
export type DropReasonId =
  | 'relabelled-away'
  | 'no-address'
  | 'invalid-address'
  | 'invalid-scheme'
  | 'invalid-interval'
  | 'invalid-timeout'
  | 'invalid-label'
  | 'forbidden-address'
  | 'file-refused'
  | 'duplicate'
  | 'already-scraped'
  | 'namespace-target-limit'

/** A target that was found and is not scraped. */
export interface DroppedTarget {
  readonly pool: string
  /** Where it was found. */
  readonly source: string
  readonly discoveredLabels: Readonly<Record<string, string>>
  readonly reason: DropReason
}
