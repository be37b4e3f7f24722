import { StatusError } from './api-answer.ts'

/** What a client would like to have. */
export interface MediaType {
  readonly as: string
  readonly group: string
  readonly version: string
}

const PLAIN: MediaType = { as: '', group: '', version: '' }

/** The first of the acceptable forms that we can give, best first: JSON, perhaps as a Table or as metadata alone. */
export function chooseMediaType(accept: string, offered: readonly string[]): MediaType {
  if (accept.trim() === '') return PLAIN
  const wanted = accept
    .split(',')
    .map(readRange)
    .filter(({ q }) => q > 0)
    .toSorted((a, b) => b.q - a.q)
  for (const { type, as, group, version } of wanted) {
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue
    if (as === '') return PLAIN
    if (type === 'application/json' && offered.includes(`${as} ${group}/${version}`)) return { as, group, version }
  }
  const message = 'only the following media types are accepted: application/json'
  throw new StatusError(406, 'NotAcceptable', message)
}

function readRange(text: string) {
  const [type, ...parameters] = text.split(';').map((part) => part.trim())
  const values = new Map(
    parameters.map((parameter) => {
      const at = parameter.indexOf('=')
      return at < 0 ? [parameter, ''] : [parameter.slice(0, at).trim(), parameter.slice(at + 1).trim()]
    }),
  )
  const q = Number(values.get('q') ?? 1)
  return {
    type: type.toLowerCase(),
    as: values.get('as') ?? '',
    group: values.get('g') ?? '',
    version: values.get('v') ?? '',
    q: Number.isNaN(q) ? 1 : q,
  }
}
