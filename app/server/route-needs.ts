import type { Need } from '#lib/api'

/**
 * What each route asks of whoever sends a request: the one place. `open`: nothing. `scoped`: that they may see something;
 * the route shows no more than that. `cluster`: that they may see what belongs to no namespace. `change`: that they
 * may change what is kept, of what they see. A route that is not here
 * cannot be added, so that none is forgotten.
 */
export const needs: Readonly<Record<string, Need>> = {
  // health, pages (which hold no data) and signing in
  '/-/healthy': 'open',
  '/-/ready': 'open',
  '/': 'open',
  '/*': 'open',
  '/assets/*': 'open',
  '/api/ui/v1/session': 'open',

  // series, below the engines
  '/api/v1/query': 'scoped',
  '/api/v1/query_range': 'scoped',
  '/api/v1/query_explain': 'scoped',
  '/api/v1/format_query': 'scoped',
  '/api/v1/parse_query': 'scoped',
  '/api/v1/series': 'scoped',
  '/api/v1/labels': 'scoped',
  '/api/v1/label/:name/values': 'scoped',
  '/api/v1/metadata': 'scoped',
  '/api/v1/model/*': 'scoped',
  '/api/v1/status/tsdb': 'scoped',
  '/api/v1/targets': 'scoped',

  // the program itself
  '/api/v1/status/buildinfo': 'scoped',
  '/api/v1/status/runtimeinfo': 'cluster',
  '/api/v1/status/config': 'cluster',
  '/api/v1/status/flags': 'cluster',
  '/api/v1/scrape_pools': 'cluster',
  '/api/v1/status/tsdb/blocks': 'cluster',
  '/metrics': 'cluster',
  '/metrics/cadvisor': 'cluster',

  // what changes something
  '/api/v1/admin/tsdb/delete_series': 'change',
  '/api/v1/admin/tsdb/clean_tombstones': 'change',
  '/api/v1/admin/tsdb/snapshot': 'change',

  // what pages are made of
  '/api/ui/v1/live': 'scoped',
  '/api/ui/v1/about': 'scoped',
  '/api/ui/v1/containers': 'scoped',
  '/api/ui/v1/verdict': 'scoped',
  '/api/ui/v1/findings': 'scoped',
  '/api/ui/v1/targets': 'scoped',
  '/api/ui/v1/status': 'cluster',
  '/api/ui/v1/cluster': 'scoped',
  '/api/ui/v1/cluster/nodes': 'scoped',
  '/api/ui/v1/cluster/namespaces': 'scoped',
  '/api/ui/v1/cluster/workloads': 'scoped',
  '/api/ui/v1/cluster/pods': 'scoped',
  '/api/ui/v1/cluster/containers': 'scoped',
  '/api/ui/v1/cluster/events': 'scoped',
  '/api/ui/v1/cluster/object': 'scoped',
  '/api/ui/v1/cluster/monitors': 'scoped',
  '/api/ui/v1/cluster/missing': 'scoped',
  '/api/ui/v1/cluster/metrics-api': 'scoped',
}

export function needOf(url: string): Need | undefined {
  return Object.hasOwn(needs, url) ? needs[url] : undefined
}
