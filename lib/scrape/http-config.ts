import * as v from 'valibot'
import { notYet } from './refuse.ts'
import { headerNameMistake } from './reserved-headers.ts'

const secret = v.string()

const basicAuth = v.pipe(
  v.strictObject({
    username: v.optional(v.string(), ''),
    username_file: v.optional(v.string(), ''),
    password: v.optional(secret, ''),
    password_file: v.optional(v.string(), ''),
  }),
  v.check(
    (a) => !(a.username && a.username_file),
    'at most one of basic_auth username & username_file must be configured',
  ),
  v.check(
    (a) => !(a.password && a.password_file),
    'at most one of basic_auth password & password_file must be configured',
  ),
)

const authorization = v.pipe(
  v.strictObject({
    type: v.optional(v.string(), 'Bearer'),
    credentials: v.optional(secret, ''),
    credentials_file: v.optional(v.string(), ''),
    credentials_ref: notYet('credentials_ref'),
  }),
  v.check(
    (a) => !(a.credentials && a.credentials_file),
    'at most one of authorization credentials & credentials_file must be configured',
  ),
  v.check(
    (a) => a.type.trim().toLowerCase() !== 'basic',
    'authorization type cannot be set to "basic", use "basic_auth" instead',
  ),
)

const tlsVersion = v.picklist(['TLS12', 'TLS13'], 'unknown TLS version: use TLS12 or TLS13')

const tlsConfig = v.pipe(
  v.strictObject({
    ca: v.optional(v.string(), ''),
    ca_file: v.optional(v.string(), ''),
    cert: v.optional(v.string(), ''),
    cert_file: v.optional(v.string(), ''),
    key: v.optional(secret, ''),
    key_file: v.optional(v.string(), ''),
    server_name: v.optional(v.string(), ''),
    insecure_skip_verify: v.optional(v.boolean(), false),
    min_version: v.optional(tlsVersion),
    max_version: v.optional(tlsVersion),
  }),
  v.check((t) => !(t.ca && t.ca_file), 'at most one of ca and ca_file must be configured'),
  v.check((t) => !(t.cert && t.cert_file), 'at most one of cert and cert_file must be configured'),
  v.check((t) => !(t.key && t.key_file), 'at most one of key and key_file must be configured'),
  v.check(
    (t) => Boolean(t.cert || t.cert_file) === Boolean(t.key || t.key_file),
    'cert and key must be configured together',
  ),
)

const header = v.strictObject({
  values: v.optional(v.array(v.string()), []),
  secrets: v.optional(v.array(secret), []),
  files: v.optional(v.array(v.string()), []),
})

/** The fields of Prometheus' HTTP client configuration that stand inside a scrape config. */
export const httpEntries = {
  basic_auth: v.optional(basicAuth),
  authorization: v.optional(authorization),
  oauth2: notYet('oauth2'),
  bearer_token: v.optional(secret, ''),
  bearer_token_file: v.optional(v.string(), ''),
  tls_config: v.optional(tlsConfig),
  follow_redirects: v.optional(v.boolean(), true),
  enable_http2: v.optional(v.boolean(), true),
  proxy_url: v.optional(
    v.pipe(
      v.string(),
      v.check((url) => URL.canParse(url), 'not a valid proxy URL'),
    ),
  ),
  no_proxy: notYet('no_proxy'),
  proxy_from_environment: notYet('proxy_from_environment'),
  proxy_connect_header: notYet('proxy_connect_header'),
  http_headers: v.optional(v.record(v.string(), header), {}),
}

const httpObject = v.object(httpEntries)

/** The fields of an HTTP client as they stand in a file by themselves. */
export const httpConfigSchema = httpObject

/** How a target is spoken to. Plain data: it travels between threads. */
export type HttpConfig = v.InferOutput<typeof httpObject> & {
  /**
   * SHA-256 of a certificate's DER in hexadecimal digits: this certificate is accepted as well as verified ones. Not
   * part of Prometheus' file.
   */
  readonly pinned_sha256?: string
}

/** What Prometheus uses where the file says nothing. */
export const defaultHttpConfig: HttpConfig = v.parse(httpObject, {})

/** A text that says why this combination cannot be, or undefined. */
export function httpMistake(config: HttpConfig): string | undefined {
  const ways = [config.basic_auth, config.authorization, config.bearer_token || config.bearer_token_file]
  if (ways.filter(Boolean).length > 1) return 'at most one of basic_auth, oauth2 & authorization must be configured'
  if (config.bearer_token && config.bearer_token_file) {
    return 'at most one of bearer_token & bearer_token_file must be configured'
  }
  return Object.keys(config.http_headers).map(headerNameMistake).find(Boolean)
}
