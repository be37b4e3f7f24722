/** Text of the cluster as one line of at most so many characters: it is hostile, and stands inside our sentences. */
export function clip(text: string, most = 240): string {
  const line = text
    .slice(0, most * 4)
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\s\u0000-\u001F\u007F]+/g, ' ')
    .trim()
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line
}

/** The end of a list of names: a few, and how many more. */
export function few(names: Iterable<string>, most = 3): string {
  const all = [...new Set(names)].toSorted()
  const rest = all.length - most
  return rest > 0 ? `${all.slice(0, most).join(', ')} +${rest}` : all.join(', ')
}
