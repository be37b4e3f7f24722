/** What a key is, whatever layout made it: the Latin letter on it, and nothing while a syllable is being composed. */
export function keyOf(event: { key: string; code: string; isComposing: boolean }): string | null {
  if (event.isComposing || event.key === 'Process') return null
  if (event.key.length > 1 || event.key.charCodeAt(0) < 128)
    return event.key.length === 1 ? event.key.toLowerCase() : event.key
  const letter = /^Key([A-Z])$/.exec(event.code)
  return letter ? letter[1].toLowerCase() : (CODES[event.code] ?? null)
}

const CODES: Record<string, string> = { Slash: '/', BracketLeft: '[', BracketRight: ']' }

/** Whether typing at this place writes text, where single keys must mean themselves. */
export function isWriting(tagName: string, isContentEditable: boolean): boolean {
  return isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(tagName)
}
