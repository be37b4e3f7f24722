import { usageQueries, type ClusterScope } from './cluster-queries.ts'

/** Interfaces that carry the traffic of pods once more. */
const INNER = 'lo|veth.*|docker.*|br-.*|cni.*|flannel.*|cali.*|cilium.*|lxc.*|ifb.*|tunl.*|kube-.*|dummy.*'
const OF_NODES = `id="/",node!="",interface!~"${INNER}"`
/** Requests that last as long as their caller wants. */
const LONG = 'WATCH|WATCHLIST|CONNECT'

/** What Home asks of a cluster as a whole; with namespaces, of those. `w` is the window of a rate(). */
export const homeQueries = {
  received: (scope: ClusterScope, w: string) => traffic('receive', scope, w),
  sent: (scope: ClusterScope, w: string) => traffic('transmit', scope, w),
  lost: (what: 'packets_dropped' | 'errors', range: string) =>
    ['receive', 'transmit']
      .map((way) => `sum(increase(container_network_${way}_${what}_total{${OF_NODES}}[${range}]))`)
      .join(' + '),
  requests: (w: string) => `sum(rate(apiserver_request_total[${w}]))`,
  failed: (w: string) => `sum(rate(apiserver_request_total{code=~"5.."}[${w}])) / ${homeQueries.requests(w)} * 100`,
  slowest: (w: string) =>
    `histogram_quantile(0.99, sum by (le) (rate(apiserver_request_duration_seconds_bucket{verb!~"${LONG}"}[${w}])))`,
  cpu: (scope: ClusterScope, w: string) => usageQueries.cpu('namespace', scope, w),
  memory: (scope: ClusterScope) => usageQueries.memory('namespace', scope),
}

/** Of whole nodes by their own interfaces; of namespaces by those of their pods. */
function traffic(way: 'receive' | 'transmit', scope: ClusterScope, w: string): string {
  if ((scope.namespaces ?? []).length > 0)
    return `sum(${(way === 'receive' ? usageQueries.received : usageQueries.sent)('namespace', scope, w)})`
  return `sum(rate(container_network_${way}_bytes_total{${OF_NODES}}[${w}]))`
}
