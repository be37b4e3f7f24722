import { escapings, type Escaping } from './escaping.ts'

/** The format that a reader gets. */
export interface Negotiated {
  readonly format: 'text' | 'openmetrics' | 'protobuf'
  /** The whole header `Content-Type`. */
  readonly contentType: string
  readonly escaping: Escaping
}

/** What this server can write. */
export interface Offer {
  readonly openMetrics: boolean
  readonly protobuf: boolean
  readonly defaultEscaping: Escaping
}

/** What every endpoint of ours writes. */
export const defaultOffer: Offer = { openMetrics: true, protobuf: false, defaultEscaping: 'underscores' }

interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly quality: number
}

/** Chooses the format for a header `Accept`; a reader that names none that we know gets text 0.0.4. */
export function negotiate(accept: string | undefined, offer: Offer = defaultOffer): Negotiated {
  let escaping = offer.defaultEscaping
  for (const range of parseAccept(accept ?? '')) {
    escaping = escapings.find((known) => known === range.parameters.get('escaping')) ?? escaping
    const found = known(range, offer)
    if (found) return { format: found.format, contentType: `${found.type}; escaping=${escaping}`, escaping }
  }
  return { format: 'text', contentType: `${TEXT}; escaping=${escaping}`, escaping }
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'
const PROTO = 'application/vnd.google.protobuf'
const PROTO_MESSAGE = 'io.prometheus.client.MetricFamily'

function known(range: MediaRange, offer: Offer): { format: Negotiated['format']; type: string } | undefined {
  const version = range.parameters.get('version') ?? ''
  if (range.type === 'text/plain' && ['', '0.0.4'].includes(version)) return { format: 'text', type: TEXT }
  if (offer.openMetrics && range.type === 'application/openmetrics-text' && ['', '0.0.1', '1.0.0'].includes(version)) {
    const answered = version === '1.0.0' ? version : '0.0.1'
    return { format: 'openmetrics', type: `${range.type}; version=${answered}; charset=utf-8` }
  }
  const encoding = range.parameters.get('encoding') ?? ''
  const isFamily = range.type === PROTO && range.parameters.get('proto') === PROTO_MESSAGE
  if (!offer.protobuf || !isFamily || !['delimited', 'text', 'compact-text'].includes(encoding)) return undefined
  return { format: 'protobuf', type: `${PROTO}; proto=${PROTO_MESSAGE}; encoding=${encoding}` }
}

/** The media ranges of a header `Accept`, the most wanted first. */
function parseAccept(header: string): MediaRange[] {
  const ranges = header.split(',').map((part) => parseRange(part))
  return ranges.sort((a, b) => b.quality - a.quality)
}

function parseRange(part: string): MediaRange {
  const [type, ...rest] = part.split(';').map((piece) => piece.trim())
  const parameters = new Map<string, string>()
  for (const piece of rest) {
    const at = piece.indexOf('=')
    if (at > 0)
      parameters.set(
        piece.slice(0, at).trim().toLowerCase(),
        piece
          .slice(at + 1)
          .trim()
          .replaceAll('"', ''),
      )
  }
  const quality = Number(parameters.get('q') ?? '1')
  return { type: type.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 1 }
}
