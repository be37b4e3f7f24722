import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { HttpConfig } from './http-config.ts'
import { ScrapeError } from './scrape-error.ts'

/** Node's options for a TLS connection to a target. */
export function tlsOptions(http: HttpConfig, host: string): ConnectionOptions {
  const tls = http.tls_config
  const isAddress = /^[\d.]+$|:/.test(host)
  const servername = tls?.server_name || (isAddress ? undefined : host)
  if (!tls) return { servername }
  return {
    servername,
    rejectUnauthorized: !tls.insecure_skip_verify,
    ca: textOrFile(tls.ca, tls.ca_file),
    cert: textOrFile(tls.cert, tls.cert_file),
    key: textOrFile(tls.key, tls.key_file),
    minVersion: tls.min_version === 'TLS13' ? 'TLSv1.3' : 'TLSv1.2',
    maxVersion: tls.max_version === 'TLS12' ? 'TLSv1.2' : 'TLSv1.3',
  }
}

function textOrFile(text: string, file: string): string | Buffer | undefined {
  if (file === '') return text === '' ? undefined : text
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ScrapeError('tls', `cannot read ${file}: ${(error as Error).message}`, { cause: error })
  }
}
