import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { CertificatePair } from '#lib/certificates'
import type { ObjectHead } from '#lib/kube'
import { certificateBlocks } from './api-service.ts'
import { labels, type AggregationNames, type AggregationTimings } from './names.ts'

/**
 * The Secret's entries. Whoever ends in `.crt` is trusted: a later version may add others, which an older one
 * goes on trusting and keeps.
 *
 *   ca.crt, ca.key      signs serving certificates now
 *   next.crt, next.key  will sign, once `caBundle` has held it long enough
 *   previous.crt        signed before, and is trusted until every replica has moved
 */
export interface AuthoritySecret {
  readonly metadata: ObjectHead
  readonly data?: Readonly<Record<string, string>>
}

/** An authority that can sign. */
export interface Authority extends CertificatePair {
  readonly fingerprint: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** What the Secret holds. */
export interface Authorities {
  readonly version: string
  readonly current: Authority
  readonly next: Authority | undefined
  readonly hasPrevious: boolean
  /** All that is to be trusted, as PEM. */
  readonly bundle: string
  /** Since when `current` signs. */
  readonly signsSinceMs: number
  /** A person has asked for a new authority. */
  readonly isRotationAsked: boolean
}

/** The Secret holds something that we cannot use and do not overwrite. */
export class AuthoritySecretError extends Error {
  override readonly name = 'AuthoritySecretError'
  readonly code = 'AUTHORITY_SECRET'
}

/** Asks for a new authority; taken away once it is made. */
export const ROTATE_ANNOTATION = 'binnacle/rotate'
export const SINCE_ANNOTATION = 'binnacle/signs-since'

/** What is to be done about the authorities. */
export type Step = 'make-next' | 'promote' | 'retire'

/** What is known of who trusts whom. */
export interface TrustView {
  readonly nowMs: number
  /** For how long the APIService's bundle has held `next`; Infinity where nobody looks at it. */
  readonly nextHeldMs: number
}

/** The one step that is due, or undefined. Each leaves everything that may still be in use trusted. */
export function nextStep(
  has: Authorities,
  { nowMs, nextHeldMs }: TrustView,
  timings: AggregationTimings,
): Step | undefined {
  const isOver = nowMs > has.current.notAfterMs
  if (has.next !== undefined) return isOver || nextHeldMs >= timings.spreadMs ? 'promote' : undefined
  if (has.hasPrevious && nowMs - has.signsSinceMs >= timings.retireMs) return 'retire'
  // One change at a time: three authorities would be one too many for a replica that is slow.
  if (has.hasPrevious && !isOver) return undefined
  return has.isRotationAsked || isOver || isOld(has.current, nowMs) ? 'make-next' : undefined
}

/** Reads the Secret, or says what is wrong with it and what to do; undefined: it is ours and empty. */
export function readAuthorities(secret: AuthoritySecret, names: AggregationNames): Authorities | undefined {
  const { metadata, data = {} } = secret
  if (
    Object.keys(data).length === 0 &&
    metadata.labels?.['app.kubernetes.io/part-of'] === labels['app.kubernetes.io/part-of']
  )
    return undefined
  const current = authority(data, 'ca', names)
  return {
    version: metadata.resourceVersion ?? '',
    current,
    next: data['next.crt'] === undefined ? undefined : authority(data, 'next', names),
    hasPrevious: data['previous.crt'] !== undefined,
    bundle: bundleOf(data),
    signsSinceMs: Date.parse(metadata.annotations?.[SINCE_ANNOTATION] ?? '') || current.notBeforeMs,
    isRotationAsked: metadata.annotations?.[ROTATE_ANNOTATION] !== undefined,
  }
}

/** The command after which a new authority is made. */
export function remakeCommand({ namespace, secret }: AggregationNames): string {
  return `kubectl -n ${namespace} delete secret ${secret}`
}

/** Whether two thirds of its time have passed. */
export function isOld(
  { notBeforeMs, notAfterMs }: Pick<Authority, 'notBeforeMs' | 'notAfterMs'>,
  nowMs: number,
): boolean {
  return nowMs > notBeforeMs + ((notAfterMs - notBeforeMs) * 2) / 3
}

function authority(data: Readonly<Record<string, string>>, name: string, names: AggregationNames): Authority {
  const [cert, key] = ['crt', 'key'].map((end) => text(data[`${name}.${end}`]))
  const refuse = (what: string, cause?: unknown): never => {
    const where = `Secret ${names.namespace}/${names.secret}`
    const remedy = `remove it, and a new one is made at once: ${remakeCommand(names)}`
    throw new AuthoritySecretError(`${where}: ${what}; it is not overwritten: ${remedy}`, { cause })
  }
  if (cert === '' || key === '') return refuse(`${name}.${cert === '' ? 'crt' : 'key'} is missing`)
  try {
    const parsed = new X509Certificate(cert)
    if (!parsed.ca) return refuse(`${name}.crt is not the certificate of an authority`)
    if (!parsed.checkPrivateKey(createPrivateKey(key))) return refuse(`${name}.key does not belong to ${name}.crt`)
    const [notBeforeMs, notAfterMs] = [parsed.validFromDate.getTime(), parsed.validToDate.getTime()]
    return { cert, key, fingerprint: parsed.fingerprint256, notBeforeMs, notAfterMs }
  } catch (error) {
    if (error instanceof AuthoritySecretError) throw error
    return refuse(`${name}.crt or ${name}.key cannot be read (${(error as Error).message})`, error)
  }
}

function bundleOf(data: Readonly<Record<string, string>>): string {
  const first = ['ca.crt', 'next.crt']
  const rest = Object.keys(data).filter((key) => key.endsWith('.crt') && !first.includes(key))
  return [...first, ...rest.sort()].flatMap((key) => authoritiesIn(text(data[key]))).join('')
}

/** The certificates of authorities in a text. What is none, the API server would refuse the whole bundle for. */
export function authoritiesIn(pem: string): string[] {
  return certificateBlocks(pem)
    .filter((block) => isAuthority(block))
    .map((block) => `${block}\n`)
}

function isAuthority(block: string): boolean {
  try {
    return new X509Certificate(block).ca
  } catch {
    // Another version, or anyone, may have written it.
    return false
  }
}

function text(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}
