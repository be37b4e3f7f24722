/** Whether a metric may be called so without quotes. */
export function isLegacyMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)
}

/** Whether a label may be called so without quotes. */
export function isLegacyLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)
}

/** Whether a metric or label may be called so at all: any text that is not empty. */
export function isValidName(name: string): boolean {
  return name !== '' && name.isWellFormed()
}

/** How names are written for readers that know only letters, digits, `_` and `:`. */
export type EscapingScheme = 'underscores' | 'dots' | 'values'

/** A metric's name in an escaping scheme. */
export function escapeName(name: string, scheme: EscapingScheme): string {
  if (name === '') return name
  const isLegacy = isLegacyMetricName(name)
  if (scheme === 'dots') return mapChars(name, dotChar)
  if (isLegacy) return name
  if (scheme === 'underscores') return mapChars(name, () => '_')
  return `U__${mapChars(name.replaceAll('_', '\0'), valueChar)}`
}

/** Each character that a legacy name may not have at its place, replaced. */
function mapChars(name: string, replace: (char: string) => string): string {
  let mapped = ''
  for (const char of name) {
    const isLegacy = /[a-zA-Z_:]/.test(char) || (/\d/.test(char) && mapped !== '')
    mapped += isLegacy && !(replace === dotChar && char === '_') ? char : replace(char)
  }
  return mapped
}

function dotChar(char: string): string {
  return char === '.' ? '_dot_' : '__'
}

function valueChar(char: string): string {
  return char === '\0' ? '__' : `_${char.codePointAt(0)!.toString(16)}_`
}

/** Undoes the schemes `dots` and `values`; a name that no scheme made comes back as it is. */
export function unescapeName(name: string, scheme: EscapingScheme): string {
  if (scheme === 'underscores') return name
  if (scheme === 'dots') return name.replaceAll('_dot_', '.').replaceAll('__', '_')
  return name.startsWith('U__') ? (unescapeValues(name.slice(3)) ?? name) : name
}

function unescapeValues(escaped: string): string | undefined {
  let text = ''
  for (let at = 0; at < escaped.length;) {
    if (escaped[at] !== '_') {
      text += escaped[at++]
      continue
    }
    const match = /^_(?:_|([0-9a-fA-F]{1,6})_)/.exec(escaped.slice(at, at + 8))
    if (!match) return undefined
    const code = match[1] === undefined ? 0x5f : parseInt(match[1], 16)
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined
    text += String.fromCodePoint(code)
    at += match[0].length
  }
  return text
}
