type LabelRecord = Readonly<Record<string, string>>
type Params = Readonly<Record<string, readonly string[]>>

const PARAM = '__param_'

/** The URL of a target, from its labels after relabelling. */
export function targetUrl(params: Params, labels: LabelRecord): string {
  const given = labels.__metrics_path__ ?? ''
  const path = given.startsWith('/') ? given : `/${given}`
  const query = queryOf(params, labels)
  const search = query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`
  return `${labels.__scheme__}://${labels.__address__}${path}${search}`
}

/** The pool's parameters in order; a label of a target takes the place of the first value. */
function queryOf(params: Params, labels: LabelRecord): string {
  const values = new Map(Object.entries(params).map(([name, list]) => [name, [...list]]))
  for (const label in labels) {
    if (!label.startsWith(PARAM) || labels[label] === '') continue
    const name = label.slice(PARAM.length)
    const [, ...rest] = values.get(name) ?? []
    values.set(name, [labels[label], ...rest])
  }
  if (values.size === 0) return ''
  const query = new URLSearchParams()
  for (const name of [...values.keys()].sort()) for (const value of values.get(name) ?? []) query.append(name, value)
  return query.toString()
}

/** Whether an address can stand in a URL as host and port, and means nothing else there. */
export function isAddress(scheme: string, address: string): boolean {
  return !/[\s/?#@\\\0-\x1f]/.test(address) && URL.canParse(`${scheme}://${address}/`)
}

/** Equal for URLs that lead to the same body: address with its port, path and parameters, whatever the scheme. */
export function placeOf(url: string): string {
  const { hostname, port, protocol, pathname, searchParams } = new URL(url)
  searchParams.sort()
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}${pathname}?${searchParams}`
}
