/** The namespaces that a URL narrows the page to, in the order they were chosen; none: all. A name holds no comma. */
export function namespacesOf(search: URLSearchParams): string[] {
  return [...new Set((search.get('ns') ?? '').split(',').filter(Boolean))]
}

/** The entry of the URL for these namespaces. */
export function namespaceEntry(namespaces: readonly string[]): string | null {
  return namespaces.length === 0 ? null : namespaces.join(',')
}

/** With one more, or without it when it was there. */
export function toggleNamespace(namespaces: readonly string[], name: string): string[] {
  return namespaces.includes(name) ? namespaces.filter((one) => one !== name) : [...namespaces, name]
}

/** What the bar says of several: the first, and how many more. */
export function namespacesLabel(namespaces: readonly string[], all: string): string {
  if (namespaces.length === 0) return all
  return namespaces.length === 1 ? namespaces[0] : `${namespaces[0]} +${namespaces.length - 1}`
}
