import type { X509Certificate } from 'node:crypto'
import type { AuthenticationConfig } from './request-headers.ts'
import { certificatesOf } from './request-headers.ts'
import type { Reviewer } from './reviewer.ts'
import type { AccessQuestion, KubeUser } from './user.ts'

/** What of a request tells who sends it. */
export interface AuthenticatedRequest {
  /** Each header's values apart, names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  /** The peer's certificate, where the handshake found that one of the authorities vouches for it. */
  readonly certificate: X509Certificate | undefined
}

const UNAUTHENTICATED = 'system:unauthenticated'
const AUTHENTICATED = 'system:authenticated'
const ANONYMOUS: KubeUser = { username: 'system:anonymous', uid: '', groups: [UNAUTHENTICATED], extra: {} }
const MASTERS = 'system:masters'

/**
 * Who sends a request, as an extension of the API server must find out: the API server as a proxy says it in headers, a
 * client shows a certificate, or a token is reviewed. Undefined: what was shown is not valid.
 */
export async function authenticate(
  request: AuthenticatedRequest,
  config: AuthenticationConfig,
  reviewer: Reviewer,
): Promise<KubeUser | undefined> {
  const user = await shown(request, config, reviewer)
  if (user === undefined || user.groups.some((group) => group === AUTHENTICATED || group === UNAUTHENTICATED))
    return user
  return { ...user, groups: [...user.groups, AUTHENTICATED] }
}

async function shown(
  request: AuthenticatedRequest,
  config: AuthenticationConfig,
  reviewer: Reviewer,
): Promise<KubeUser | undefined> {
  const { certificate, headers } = request
  if (certificate !== undefined && isVouchedFor(certificate, config.proxyCa)) {
    const { proxyNames } = config
    const isProxy = proxyNames.length === 0 || proxyNames.includes(subjectOf(certificate).CN[0] ?? '')
    const user = isProxy ? userOfHeaders(headers, config) : undefined
    if (user !== undefined) return user
    if (!isProxy && !isVouchedFor(certificate, config.clientCa)) return undefined
  }
  if (certificate !== undefined && isVouchedFor(certificate, config.clientCa)) return userOfCertificate(certificate)
  const authorization = headers.authorization?.[0]
  if (authorization === undefined) return ANONYMOUS
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  return token === undefined ? undefined : reviewer.authenticate(token)
}

/** Whether the user may; administrators of the cluster always may, also while nobody can be asked. */
export async function isPermitted(user: KubeUser, question: AccessQuestion, reviewer: Reviewer): Promise<boolean> {
  return user.groups.includes(MASTERS) || (await reviewer.isAllowed(user, question))
}

function userOfHeaders(
  headers: AuthenticatedRequest['headers'],
  { usernameHeaders, uidHeaders, groupHeaders, extraPrefixes }: AuthenticationConfig,
): KubeUser | undefined {
  const valuesOf = (names: readonly string[]) => names.flatMap((name) => headers[name.toLowerCase()] ?? [])
  const username = valuesOf(usernameHeaders).find((name) => name !== '')
  if (username === undefined) return undefined
  const extra: Record<string, readonly string[]> = {}
  for (const prefix of extraPrefixes.map((one) => one.toLowerCase()))
    for (const [name, values] of Object.entries(headers))
      if (name.startsWith(prefix)) extra[unescaped(name.slice(prefix.length))] = values ?? []
  return { username, uid: valuesOf(uidHeaders)[0] ?? '', groups: valuesOf(groupHeaders), extra }
}

function userOfCertificate(certificate: X509Certificate): KubeUser | undefined {
  const { CN, O } = subjectOf(certificate)
  if (CN[0] === undefined) return undefined
  return { username: CN[0], uid: '', groups: O, extra: {} }
}

/** `CN=admin\nO=system:masters` by the names of its parts. */
function subjectOf({ subject }: X509Certificate): { CN: string[]; O: string[] } {
  const parts = subject.split('\n').map((line) => line.split(/=(.*)/s))
  const of = (name: string) => parts.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []))
  return { CN: of('CN'), O: of('O') }
}

/** Whether one of these authorities signed it, or what signed it: the handshake has checked the chain and its dates. */
function isVouchedFor(certificate: X509Certificate, pem: string): boolean {
  const authorities = certificatesOf(pem)
  let one: X509Certificate | undefined = certificate
  for (let depth = 0; one !== undefined && depth < 5; depth++) {
    const current: X509Certificate = one
    if (authorities.some((ca) => current.checkIssued(ca) && current.verify(ca.publicKey))) return true
    one = current.issuerCertificate === current ? undefined : current.issuerCertificate
  }
  return false
}

/** Keys are percent-encoded where a header's name cannot hold them. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key // not encoded: as it is
  }
}
