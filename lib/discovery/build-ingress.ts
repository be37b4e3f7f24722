import { addNamespaceLabels, addObjectLabels, meta, type Labels, type Lookups } from './meta-labels.ts'
import type { IngressRecord } from './records.ts'
import type { DiscoveredGroup } from './target-group.ts'

/** One target for each path of each host. */
export function buildIngress(ingress: IngressRecord, lookups: Lookups): DiscoveredGroup {
  const labels: Labels = { [meta('namespace')]: ingress.namespace }
  addObjectLabels(labels, 'ingress', ingress)
  if (ingress.className !== undefined) labels[meta('ingress_class_name')] = ingress.className
  addNamespaceLabels(labels, ingress.namespace, lookups)
  const targets = ingress.rules.flatMap(({ host, paths }) =>
    (paths ?? ['/']).map((path) => pathTarget(ingress, host, path === '' ? '/' : path)),
  )
  return { source: ingressSource(ingress.namespace, ingress.name), targets, labels }
}

/** The source of an ingress' group. */
export function ingressSource(namespace: string, name: string): string {
  return `ingress/${namespace}/${name}`
}

function pathTarget(ingress: IngressRecord, host: string, path: string): Labels {
  const isEncrypted = ingress.tlsHosts.some((pattern) => matchesHost(pattern, host))
  return {
    __address__: host,
    [meta('ingress_scheme')]: isEncrypted ? 'https' : 'http',
    [meta('ingress_host')]: host,
    [meta('ingress_path')]: path,
  }
}

/** `*.example.com` stands for one label of a name, not for several. */
function matchesHost(pattern: string, host: string): boolean {
  if (pattern === host) return true
  const [first, ...rest] = pattern.split('.')
  const [, ...hostRest] = host.split('.')
  return first === '*' && rest.join('.') === hostRest.join('.') && rest.length === hostRest.length
}
