import { SecretSlot, type SecretRef } from './secret-slots.ts'
import type { SpecReader } from './spec-reader.ts'

/** A part of a scrape config; values that must be read first are slots. */
export type RawPart = Record<string, unknown>

/** How an endpoint is spoken to: scheme, credentials, TLS, redirects, proxy. */
export function readHttp(spec: SpecReader, namespace: string): RawPart {
  const part: RawPart = {}
  readScheme(spec, part)
  set(part, 'follow_redirects', spec.boolean('followRedirects'))
  set(part, 'enable_http2', spec.boolean('enableHttp2') ?? spec.boolean('enableHTTP2'))
  readProxy(spec, part)
  readCredentials(spec, part, namespace)
  set(part, 'tls_config', readTls(spec.object('tlsConfig'), namespace))
  return part
}

/** Sets a field unless there is nothing to set. */
export function set(part: RawPart, name: string, value: unknown): void {
  if (value !== undefined && value !== '') part[name] = value
}

function readScheme(spec: SpecReader, part: RawPart): void {
  const scheme = spec.text('scheme').toLowerCase()
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https') {
    spec.problem('malformed', 'scheme', { expected: 'http or https' })
  }
  set(part, 'scheme', scheme)
}

/** The proxy of our own surroundings is not lent out, and no headers are sent to one. */
function readProxy(spec: SpecReader, part: RawPart): void {
  const url = spec.text('proxyUrl')
  if (url !== '' && !/^https?:\/\//i.test(url)) {
    spec.problem('malformed', 'proxyUrl', { expected: 'a URL that begins with http:// or https://' })
  }
  set(part, 'proxy_url', url)
  set(part, 'no_proxy', spec.text('noProxy'))
  if (spec.boolean('proxyFromEnvironment') === true) spec.problem('unsupported', 'proxyFromEnvironment')
  if (spec.has('proxyConnectHeader')) spec.problem('unsupported', 'proxyConnectHeader')
}

function readCredentials(spec: SpecReader, part: RawPart, namespace: string): void {
  if (spec.text('bearerTokenFile') !== '') refuseFile(spec, 'bearerTokenFile', 'authorization.credentials')
  const ways = ['bearerTokenSecret', 'basicAuth', 'authorization', 'oauth2'].filter((name) => isGiven(spec, name))
  if (ways.length > 1) spec.problem('invalid', ways[1], { text: `at most one of ${ways.join(', ')} can be given` })
  const bearer = isGiven(spec, 'bearerTokenSecret') ? spec.object('bearerTokenSecret') : undefined
  if (bearer) part.authorization = { credentials: selectorSlot(bearer, namespace) }
  const basic = spec.object('basicAuth')
  if (basic) part.basic_auth = readBasicAuth(basic, namespace)
  const authorization = spec.object('authorization')
  if (authorization) part.authorization = readAuthorization(authorization, namespace)
  const oauth2 = spec.object('oauth2')
  if (oauth2) part.oauth2 = readOauth2(oauth2, namespace)
}

/** Older objects carry an empty bearerTokenSecret, which means none. */
function isGiven(spec: SpecReader, name: string): boolean {
  const object = spec.has(name) ? spec.object(name) : undefined
  if (!object) return false
  return name !== 'bearerTokenSecret' || object.text('name') !== '' || object.text('key') !== ''
}

function readBasicAuth(spec: SpecReader, namespace: string): RawPart {
  const part: RawPart = {}
  set(part, 'username', fieldSlot(spec, 'username', namespace))
  set(part, 'password', fieldSlot(spec, 'password', namespace))
  return part
}

function readAuthorization(spec: SpecReader, namespace: string): RawPart {
  const part: RawPart = {}
  set(part, 'type', spec.text('type'))
  if (spec.text('credentialsFile') !== '') refuseFile(spec, 'credentialsFile', 'credentials')
  set(part, 'credentials', fieldSlot(spec, 'credentials', namespace))
  return part
}

function readOauth2(spec: SpecReader, namespace: string): RawPart {
  const part: RawPart = {}
  set(part, 'client_id', secretOrConfigMap(spec.object('clientId'), namespace))
  set(part, 'client_secret', fieldSlot(spec, 'clientSecret', namespace))
  set(part, 'token_url', spec.text('tokenUrl'))
  const scopes = spec.texts('scopes')
  if (scopes.length > 0) part.scopes = scopes
  const params = spec.textMap('endpointParams')
  if (params.length > 0) part.endpoint_params = Object.fromEntries(params)
  set(part, 'tls_config', readTls(spec.object('tlsConfig'), namespace))
  return part
}

const files = [
  ['caFile', 'ca'],
  ['certFile', 'cert'],
  ['keyFile', 'keySecret'],
] as const

/** A `tlsConfig`: certificates come from secrets and config maps, never from files of ours. */
export function readTls(spec: SpecReader | undefined, namespace: string): RawPart | undefined {
  if (!spec) return undefined
  const part: RawPart = {}
  for (const [field, instead] of files) if (spec.text(field) !== '') refuseFile(spec, field, instead)
  set(part, 'ca', secretOrConfigMap(spec.object('ca'), namespace))
  set(part, 'cert', secretOrConfigMap(spec.object('cert'), namespace))
  set(part, 'key', fieldSlot(spec, 'keySecret', namespace))
  set(part, 'server_name', spec.text('serverName'))
  set(part, 'insecure_skip_verify', spec.boolean('insecureSkipVerify'))
  set(part, 'min_version', spec.text('minVersion'))
  set(part, 'max_version', spec.text('maxVersion'))
  return part
}

function refuseFile(spec: SpecReader, field: string, instead: string): void {
  spec.problem('file-refused', field, {}, [{ id: 'use-secret', facts: { field: spec.at(instead) } }])
}

function fieldSlot(spec: SpecReader, name: string, namespace: string): SecretSlot | undefined {
  const inner = spec.object(name)
  return inner && selectorSlot(inner, namespace)
}

function secretOrConfigMap(spec: SpecReader | undefined, namespace: string): SecretSlot | undefined {
  if (!spec) return undefined
  const secret = spec.object('secret')
  if (secret) return selectorSlot(secret, namespace)
  const configMap = spec.object('configMap')
  return configMap && selectorSlot(configMap, namespace, 'configmap')
}

const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const OBJECT_KEY = /^[-._a-zA-Z0-9]{1,253}$/

function selectorSlot(
  spec: SpecReader,
  namespace: string,
  source: SecretRef['source'] = 'secret',
): SecretSlot | undefined {
  const name = spec.text('name')
  const key = spec.text('key')
  if (!OBJECT_NAME.test(name)) spec.problem('malformed', 'name', { expected: `the name of a ${source}` })
  else if (!OBJECT_KEY.test(key) || key === '.' || key === '..') {
    spec.problem('malformed', 'key', { expected: `a key of the ${source}` })
  } else return new SecretSlot({ source, namespace, name, key })
  return undefined
}
