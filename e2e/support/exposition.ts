/** An answer of /metrics as sets: two are equal when they say the same, in whatever order. */
export interface Exposition {
  /** `TYPE HELP` of each family. */
  readonly families: ReadonlyMap<string, string>
  /** Each line with its labels in the order of their names. */
  readonly lines: ReadonlySet<string>
}

export function readExposition(text: string): Exposition {
  const families = new Map<string, string>()
  const lines = new Set<string>()
  for (const line of text.split('\n')) {
    const head = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line)
    if (head) families.set(head[2], `${families.get(head[2]) ?? ''}${head[1]} ${head[3]}; `)
    else if (line !== '' && !line.startsWith('#')) lines.add(sortedLabels(line))
  }
  return { families, lines }
}

function sortedLabels(line: string): string {
  const open = line.indexOf('{')
  const close = line.lastIndexOf('}')
  if (open < 0) return line
  const labels = line.slice(open + 1, close).match(/[^,=]+="(?:[^"\\]|\\.)*"/g) ?? []
  return `${line.slice(0, open)}{${labels.sort().join(',')}}${line.slice(close + 1)}`
}
