/** A name for each series: what tells it from the others, or all of it when there is only one. */
export function seriesNames(all: Record<string, string>[]): string[] {
  const common = commonLabels(all)
  return all.map((labels) => {
    const own = Object.fromEntries(Object.entries(labels).filter(([name]) => !common.has(name)))
    const values = Object.entries(own)
    if (all.length > 1 && values.length === 1) return values[0][1] === '' ? seriesText(own) : values[0][1]
    return seriesText(all.length === 1 ? labels : own)
  })
}

/** The labels that are the same on every series. */
function commonLabels(all: Record<string, string>[]): Set<string> {
  const [first = {}, ...others] = all
  return new Set(
    Object.keys(first).filter((name) => others.length > 0 && others.every((labels) => labels[name] === first[name])),
  )
}

/** A series as PromQL writes it. */
export function seriesText(labels: Record<string, string>): string {
  const { __name__: name = '', ...rest } = labels
  const pairs = Object.entries(rest).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return pairs.length === 0 && name !== '' ? name : `${name}{${pairs.join(', ')}}`
}
