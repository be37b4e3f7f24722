/** How a name that older readers do not know is written for them. */
export type Escaping = 'allow-utf-8' | 'underscores' | 'dots' | 'values'

/** The escaping schemes by their names in `escaping=` of a content type. */
export const escapings: readonly Escaping[] = ['allow-utf-8', 'underscores', 'dots', 'values']

/** Whether a name needs no quotes: letters, digits, `_` and, in a metric's name, `:`. */
export function isPlainName(name: string, isMetric: boolean): boolean {
  return isMetric ? /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) : /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)
}

/** The name as a reader sees it who asked for this scheme. */
export function escapeName(name: string, scheme: Escaping): string {
  if (name === '' || scheme === 'allow-utf-8') return name
  if (scheme === 'dots') return mapRunes(name, (rune) => (rune === '_' ? '__' : rune === '.' ? '_dot_' : '__'), '_')
  if (isPlainName(name, true)) return name
  if (scheme === 'underscores') return mapRunes(name, () => '_', '')
  return `U__${mapRunes(name, (rune) => (rune === '_' ? '__' : `_${codeOf(rune)}_`), '_')}`
}

/** The name that `escapeName` was given; what was not written by this scheme comes back as it is. */
export function unescapeName(name: string, scheme: Escaping): string {
  if (scheme === 'dots') return name.replaceAll('_dot_', '.').replaceAll('__', '_')
  if (scheme !== 'values' || !name.startsWith('U__')) return name
  const rest = name.slice(3)
  if (!/^(?:[^_]|__|_[0-9a-fA-F]{1,6}_)*$/.test(rest)) return name
  return rest.replaceAll(/__|_([0-9a-fA-F]+)_/g, (_, hex: string | undefined) => (hex ? runeOf(hex) : '_'))
}

/** Replaces each rune that a plain name cannot hold in this place, and those of `also`. */
function mapRunes(name: string, replace: (rune: string) => string, also: string): string {
  let out = ''
  for (const rune of name) {
    const plain = /[a-zA-Z_:]/.test(rune) || (out !== '' && /[0-9]/.test(rune))
    out += plain && !(also !== '' && also.includes(rune)) ? rune : replace(rune)
  }
  return out
}

function codeOf(rune: string): string {
  const code = rune.codePointAt(0) ?? 0xfffd
  return code >= 0xd800 && code <= 0xdfff ? 'FFFD' : code.toString(16)
}

function runeOf(hex: string): string {
  const code = Number.parseInt(hex, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
}
