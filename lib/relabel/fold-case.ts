const ASCII = /^[\0-\x7f]*$/

/** A text in lower case as Go has it: letter by letter, whatever stands around it. */
export function lowerCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return Array.from(text, (letter) => simple(letter, letter.toLowerCase(), letter === 'İ' ? 'i' : letter)).join('')
}

/** A text in upper case as Go has it: a letter that would become several stays, or has one form for all of them. */
export function upperCase(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase()
  return Array.from(text, (letter) => simple(letter, letter.toUpperCase(), titleOf(letter))).join('')
}

function simple(letter: string, mapped: string, otherwise: string): string {
  return mapped.length <= letter.length || Array.from(mapped).length === 1 ? mapped : otherwise
}

/** Greek letters with an iota below have their capital some places further on. */
function titleOf(letter: string): string {
  const code = letter.codePointAt(0) ?? 0
  if (code < 0x1f80 || code > 0x1fff) return letter
  const capitals = [8, 9].map((step) => String.fromCodePoint(code + step))
  return capitals.find((capital) => capital.toLowerCase() === letter) ?? letter
}
