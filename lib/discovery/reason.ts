/** Why something leads to no target, or to fewer; the words are made where it is shown (`monitor-words.ts` has English ones). */
export interface Reason {
  readonly id: ReasonId
  readonly facts: ReasonFacts
  /** What would work, the nearest first. */
  readonly nearest: readonly Nearest[]
}

export type ReasonFacts = Readonly<Record<string, string | number | readonly string[]>>

/** A small change after which there would be a target. */
export interface Nearest {
  readonly id:
    | 'use-port'
    | 'use-port-number'
    | 'change-label'
    | 'add-label'
    | 'remove-label'
    | 'select-namespace'
    | 'add-role'
    | 'use-secret'
    | 'drop-rule'
    | 'fix-service-selector'
  readonly facts: ReasonFacts
}

/**
 * The reasons and their facts.
 *
 *     malformed              field, expected
 *     too-large              field, limit
 *     invalid                field, text
 *     file-refused           field
 *     unsupported            field
 *     refused                field, why
 *     secret-forbidden       source, namespace, name, key, right, role
 *     secret-missing         source, namespace, name, key
 *     secret-unread          source, namespace, name, key, text
 *     no-endpoints           field
 *     namespace-not-selected namespace
 *     cannot-list            resource, reason
 *     selector-no-match      selector, kind, namespaces, candidates
 *     no-such-port           port, kind, ports
 *     service-no-endpoints   service, selector, pods
 *     no-ready-address       service
 *     pods-not-running       pods, phases
 *     no-pod-address         pods
 *     dropped                reason, rule … as who chooses targets says
 *     not-yet                (all is right; nothing was told yet)
 */
export type ReasonId =
  | 'malformed'
  | 'too-large'
  | 'invalid'
  | 'file-refused'
  | 'unsupported'
  | 'refused'
  | 'secret-forbidden'
  | 'secret-missing'
  | 'secret-unread'
  | 'no-endpoints'
  | 'namespace-not-selected'
  | 'cannot-list'
  | 'selector-no-match'
  | 'no-such-port'
  | 'service-no-endpoints'
  | 'no-ready-address'
  | 'pods-not-running'
  | 'no-pod-address'
  | 'dropped'
  | 'not-yet'

/** A reason without a proposal. */
export function reason(id: ReasonId, facts: ReasonFacts = {}, nearest: readonly Nearest[] = []): Reason {
  return { id, facts, nearest }
}
