/** Why a scrape failed, in words for the page of targets. */
export class ScrapeError extends Error {
  readonly code: string

  constructor(code: string, text: string, options?: ErrorOptions) {
    super(text, options)
    this.code = code
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the target',
  EPIPE: 'connection reset by the target',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name could not be resolved for now',
  ETIMEDOUT: 'the connection timed out',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed: give ca_file, or insecure_skip_verify',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain is self-signed: give ca_file, or insecure_skip_verify',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by an unknown authority: give ca_file',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is signed by an unknown authority: give ca_file',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet: look at the clocks',
  CERT_UNTRUSTED: 'the certificate is not trusted: give ca_file',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name: give server_name',
}

/** What happened to a connection, in words. */
export function connectionError(error: unknown, where: string): ScrapeError {
  if (error instanceof ScrapeError) return error
  const cause = firstCause(error)
  const code = cause.code ?? 'connection'
  return new ScrapeError(code, `${where}: ${WORDS[code] ?? cause.message}`, { cause: error })
}

/** A host with several addresses fails with one error for each. */
function firstCause(error: unknown): NodeJS.ErrnoException {
  const e = error as NodeJS.ErrnoException & { errors?: unknown[] }
  if (e.errors?.[0]) return firstCause(e.errors[0])
  return e.code === undefined && e.cause instanceof Error ? firstCause(e.cause) : e
}
