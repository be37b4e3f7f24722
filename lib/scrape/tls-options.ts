import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import type { HttpConfig } from './http-config.ts'
import { connectionError, ScrapeError } from './scrape-error.ts'

/** Node's options for a TLS connection to a target. With a pinned certificate, `certificateMistake` decides afterwards. */
export function tlsOptions(http: HttpConfig, host: string): ConnectionOptions {
  const tls = http.tls_config
  const isAddress = /^[\d.]+$|:/.test(host)
  const servername = tls?.server_name || (isAddress ? undefined : host)
  const isPinned = Boolean(http.pinned_sha256)
  if (!tls) return { servername, rejectUnauthorized: !isPinned }
  return {
    servername,
    rejectUnauthorized: !tls.insecure_skip_verify && !isPinned,
    ca: textOrFile(tls.ca, tls.ca_file),
    cert: textOrFile(tls.cert, tls.cert_file),
    key: textOrFile(tls.key, tls.key_file),
    minVersion: tls.min_version === 'TLS13' ? 'TLSv1.3' : 'TLSv1.2',
    maxVersion: tls.max_version === 'TLS12' ? 'TLSv1.2' : 'TLSv1.3',
  }
}

/** Why a pinned target's certificate is not accepted; nothing may be sent before this was asked. */
export function certificateMistake(socket: TLSSocket, http: HttpConfig, where: string): ScrapeError | undefined {
  const pin = http.pinned_sha256
  if (!pin || socket.authorized) return undefined
  const { raw } = socket.getPeerCertificate()
  const fingerprint = raw === undefined ? '' : createHash('sha256').update(raw).digest('hex')
  if (fingerprint === pin.replaceAll(':', '').toLowerCase()) return undefined
  const why = connectionError(Object.assign(new Error(), { code: String(socket.authorizationError) }), where).message
  return new ScrapeError('certificate', `${why}; and it is not the pinned one: its SHA-256 is ${fingerprint}`)
}

function textOrFile(text: string, file: string): string | Buffer | undefined {
  if (file === '') return text === '' ? undefined : text
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ScrapeError('tls', `cannot read ${file}: ${(error as Error).message}`, { cause: error })
  }
}
