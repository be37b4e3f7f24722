import type { BodyFormat } from '#lib/exposition'
import type { ScrapeProtocol } from './config.ts'

/** How a body is to be read, or why it cannot be; `warning` where it is read against its own word. */
export interface FormatChoice {
  readonly format: BodyFormat | undefined
  readonly warning: string
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/

/** Chooses the parser for a header `Content-Type`; where it says nothing useful the pool's fallback decides. */
export function formatOf(contentType: string, fallback: ScrapeProtocol | undefined): FormatChoice {
  const media = mediaType(contentType)
  const known = formatOfMedia(media.type)
  if (media.err === '' && known) return { format: known, warning: '' }
  const format = fallback === undefined ? undefined : formatOfProtocol(fallback)
  return { format, warning: `${problem(contentType, media)}${resolution(fallback)}` }
}

function problem(contentType: string, { err }: MediaType): string {
  if (contentType === '') return 'non-compliant scrape target sending blank Content-Type'
  if (err !== '') return `cannot parse Content-Type ${JSON.stringify(contentType)}: ${err}`
  return `received unsupported Content-Type ${JSON.stringify(contentType)}`
}

function resolution(fallback: ScrapeProtocol | undefined): string {
  if (fallback !== undefined) return `, using fallback_scrape_protocol ${JSON.stringify(mediaOfProtocol(fallback))}`
  return ' and no fallback_scrape_protocol specified for target'
}

function formatOfMedia(type: string): FormatChoice['format'] {
  if (type === 'text/plain') return 'text'
  if (type === 'application/openmetrics-text') return 'openmetrics'
  return type === 'application/vnd.google.protobuf' ? 'protobuf' : undefined
}

function mediaOfProtocol(protocol: ScrapeProtocol): string {
  if (protocol === 'PrometheusProto') return 'application/vnd.google.protobuf'
  return protocol.startsWith('Open') ? 'application/openmetrics-text' : 'text/plain'
}

function formatOfProtocol(protocol: ScrapeProtocol): FormatChoice['format'] {
  return formatOfMedia(mediaOfProtocol(protocol))
}

interface MediaType {
  readonly type: string
  readonly err: string
}

/** Reads `type/subtype; name=value; …` as strictly as Go's mime.ParseMediaType. */
function mediaType(header: string): MediaType {
  const [head, ...parameters] = header.split(';')
  const type = head.trim().toLowerCase()
  const err = typeMistake(type)
  if (err !== '') return { type, err }
  const seen = new Set<string>()
  for (const parameter of parameters) {
    const name = parameter.split('=')[0].trim().toLowerCase()
    if (name !== '' && seen.has(name)) return { type, err: 'duplicate parameter name' }
    seen.add(name)
  }
  return { type, err: '' }
}

function typeMistake(type: string): string {
  const major = TOKEN.exec(type)?.[0] ?? ''
  if (major === '') return 'no media type'
  const rest = type.slice(major.length)
  if (rest === '') return ''
  if (!rest.startsWith('/')) return 'expected slash after first token'
  const minor = TOKEN.exec(rest.slice(1))?.[0] ?? ''
  if (minor === '') return 'expected token after slash'
  return rest.length > minor.length + 1 ? 'unexpected content after media subtype' : ''
}
