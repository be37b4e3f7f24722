/** Lines trimmed, without empty ones, labels and lines in order. */
export function normalized(lines: readonly string[]): string[] {
  return lines
    .map((line) => sortLabels(line.trim()))
    .filter((line) => line !== '')
    .sort()
}

function sortLabels(line: string): string {
  const found = /^([^#{ ]+)\{(.*)\} (\S+)$/.exec(line)
  if (!found) return line
  const [, name, labels, value] = found
  const pairs = labels.match(/[^=,\s]+="(?:[^"\\]|\\.)*"/g) ?? []
  return `${name}{${pairs.sort().join(',')}} ${value}`
}
