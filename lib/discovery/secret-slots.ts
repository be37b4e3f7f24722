import { reason, type Reason } from './reason.ts'

/** A value of a Secret or a ConfigMap of the object's own namespace. */
export interface SecretRef {
  readonly source: 'secret' | 'configmap'
  readonly namespace: string
  readonly name: string
  readonly key: string
}

/** What came of reading one. `right` is the missing right, such as `get secrets`. */
export type SecretAnswer =
  | { readonly value: string }
  | { readonly forbidden: string }
  | { readonly missing: true }
  | { readonly error: string }

/** Reads a value; must not reject. */
export type ReadSecret = (ref: SecretRef) => Promise<SecretAnswer>

/** The Role of the documentation that grants the secrets of one namespace. */
export const SECRETS_ROLE = 'binnacle-monitor-secrets'

const SECRET_BYTES = 64 * 1024

/** Stands in a configuration where a value goes that must be read first. */
export class SecretSlot {
  readonly ref: SecretRef

  constructor(ref: SecretRef) {
    this.ref = ref
  }
}

/** Tells one value from all others. */
export function secretId({ source, namespace, name, key }: SecretRef): string {
  return JSON.stringify([source, namespace, name, key])
}

/** The values that a configuration waits for. */
export function slotsOf(config: unknown): SecretRef[] {
  if (config instanceof SecretSlot) return [config.ref]
  if (typeof config !== 'object' || config === null) return []
  return Object.values(config).flatMap(slotsOf)
}

/** The configuration with its values; what could not be read is left out. */
export function fillSlots(config: unknown, answers: ReadonlyMap<string, SecretAnswer>): unknown {
  if (config instanceof SecretSlot) {
    const answer = answers.get(secretId(config.ref))
    return answer && 'value' in answer ? answer.value : undefined
  }
  if (Array.isArray(config)) return config.map((item) => fillSlots(item, answers))
  if (typeof config !== 'object' || config === null) return config
  const filled = Object.entries(config).map(([name, value]) => [name, fillSlots(value, answers)] as const)
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined))
}

/** Why values are missing. */
export function secretReasons(refs: readonly SecretRef[], answers: ReadonlyMap<string, SecretAnswer>): Reason[] {
  return refs.flatMap((ref) => secretReason(ref, answers.get(secretId(ref))) ?? [])
}

function secretReason(ref: SecretRef, answer: SecretAnswer | undefined): Reason | undefined {
  const facts = { ...ref }
  if (!answer) return reason('secret-unread', { ...facts, text: 'it is being read' })
  if ('forbidden' in answer) {
    const role = { role: SECRETS_ROLE, namespace: ref.namespace }
    return reason('secret-forbidden', { ...facts, right: answer.forbidden, role: SECRETS_ROLE }, [
      { id: 'add-role', facts: role },
    ])
  }
  if ('missing' in answer) return reason('secret-missing', facts)
  if ('error' in answer) return reason('secret-unread', { ...facts, text: answer.error })
  if (answer.value.length <= SECRET_BYTES) return undefined
  return reason('too-large', { field: `${ref.name}/${ref.key}`, limit: SECRET_BYTES })
}
