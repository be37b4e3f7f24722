import { DEFAULT_RANGE, type TimeRange } from './time-range.ts'

/** The part of the URL that all pages share. */
export const SHARED_KEYS = ['from', 'to', 'utc', 'lang', 'ns']

/** The range that a URL names. */
export function rangeOf(search: URLSearchParams): TimeRange {
  return { from: search.get('from') ?? DEFAULT_RANGE.from, to: search.get('to') ?? DEFAULT_RANGE.to }
}

/** The URL's search with some entries set; an empty or null value takes one away. What says nothing is left out. */
export function withEntries(
  search: URLSearchParams,
  entries: Record<string, string | string[] | null>,
): URLSearchParams {
  const next = new URLSearchParams(search)
  for (const [key, value] of Object.entries(entries)) {
    next.delete(key)
    for (const one of value === null ? [] : [value].flat()) if (one !== '') next.append(key, one)
  }
  if (next.get('from') === DEFAULT_RANGE.from && next.get('to') === DEFAULT_RANGE.to) {
    next.delete('from')
    next.delete('to')
  }
  if (next.get('to') === 'now') next.delete('to')
  return next
}

/** The search written to be read: times, filters and expressions keep the signs that a URL may hold. */
export function readableSearch(search: URLSearchParams): string {
  const text = search
    .toString()
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%2F', '/')
    .replaceAll('%28', '(')
    .replaceAll('%29', ')')
  return text === '' ? '' : `?${text}`
}

/** A link to another page that takes the time range along. */
export function linkTo(
  path: string,
  search: URLSearchParams,
  entries: Record<string, string | string[] | null> = {},
): string {
  const kept = new URLSearchParams()
  for (const key of SHARED_KEYS) {
    const value = search.get(key)
    if (value !== null) kept.set(key, value)
  }
  return path + readableSearch(withEntries(kept, entries))
}

/** The address of a container's page. A dot is written as %2E: servers take a path with a dot for a file. */
export function containerPath(name: string): string {
  return `/containers/${encodeURIComponent(name).replaceAll('.', '%2E')}`
}
