import { readFileSync } from 'node:fs'
import type { ScrapeProtocol } from './config.ts'
import type { HttpConfig } from './http-config.ts'
import type { PoolOptions } from './pool.ts'
import { headerNameMistake } from './reserved-headers.ts'
import { ScrapeError } from './scrape-error.ts'

const MEDIA_RANGES: Readonly<Record<ScrapeProtocol, string>> = {
  PrometheusProto: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0;escaping=allow-utf-8',
}

/** The headers of a scrape, name after name. Credential files are read anew: they rotate. */
export function requestHeaders(options: PoolOptions): Map<string, string> {
  const headers = plainHeaders(options)
  const authorization = authorizationOf(options.http)
  if (authorization !== '') headers.set('Authorization', authorization)
  for (const [name, { values, secrets, files }] of Object.entries(options.http.http_headers)) {
    headers.set(name, [...values, ...secrets, ...files.map((file) => readSecret(file))].join(', '))
  }
  // Whoever made the options may not have read them from a file, where this is checked as well.
  const mistake = Object.keys(options.http.http_headers).map(headerNameMistake).find(Boolean)
  if (mistake !== undefined) throw new ScrapeError('header', mistake)
  for (const [name, value] of headers) {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw new ScrapeError('header', `header ${name} holds a character that no header may`)
  }
  return headers
}

/** The headers that every host may see. */
export function plainHeaders(options: PoolOptions): Map<string, string> {
  return new Map([
    ['User-Agent', 'Binnacle'],
    ['Accept', acceptOf(options.protocols)],
    ['Accept-Encoding', options.compression ? 'gzip' : 'identity'],
    ['X-Prometheus-Scrape-Timeout-Seconds', String(options.timeoutMs / 1000)],
  ])
}

/** Whether a scrape says who we are. */
export function hasCredentials(http: HttpConfig): boolean {
  const { basic_auth: basic, authorization, bearer_token: token, bearer_token_file: file, tls_config: tls } = http
  const hasToken = Boolean(basic ?? authorization) || token !== '' || file !== ''
  return hasToken || Boolean(tls?.cert || tls?.cert_file) || Object.keys(http.http_headers).length > 0
}

function acceptOf(protocols: readonly ScrapeProtocol[]): string {
  // Weights as Prometheus gives them: from one above the number of protocols it knows, down to what is left for the rest.
  const first = Object.keys(MEDIA_RANGES).length + 1
  const ranges = protocols.map((name, i) => `${MEDIA_RANGES[name]};q=0.${first - i}`)
  return [...ranges, `*/*;q=0.${first - protocols.length}`].join(',')
}

function authorizationOf(http: HttpConfig): string {
  if (http.basic_auth) {
    const { username, username_file, password, password_file } = http.basic_auth
    const user = username_file ? readSecret(username_file) : username
    const secret = password_file ? readSecret(password_file) : password
    return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
  }
  if (http.authorization) {
    const { type, credentials, credentials_file } = http.authorization
    return `${type} ${credentials_file ? readSecret(credentials_file) : credentials}`
  }
  if (http.bearer_token_file) return `Bearer ${readSecret(http.bearer_token_file)}`
  return http.bearer_token === '' ? '' : `Bearer ${http.bearer_token}`
}

/** The text of a file that holds a secret, without the spaces around it. */
function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new ScrapeError('credentials', `cannot read ${file}: ${(error as Error).message}`, { cause: error })
  }
}
