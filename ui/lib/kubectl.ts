import type { ResourceRow } from './resource-row.ts'

/** What kubectl calls each kind. */
function target({ kind, name, view }: ResourceRow): string {
  if (kind === 'nodes') return `node/${name}`
  if (kind === 'namespaces') return `namespace/${name}`
  if (kind === 'workloads' && 'kind' in view) return `${view.kind.toLowerCase()}/${name}`
  return kind === 'containers' && 'pod' in view ? `pod/${view.pod} -c ${name}` : `pod/${name}`
}

/** A row in the form that kubectl accepts behind any verb: `-n shop pod/web-1`. */
export function kubectlForm(row: ResourceRow): string {
  return row.namespace === '' ? target(row) : `-n ${row.namespace} ${target(row)}`
}

/** A whole command that shows the object of a row. */
export function kubectlDescribe(row: ResourceRow): string {
  return `kubectl describe ${kubectlForm(row).replace(/ -c .*/, '')}`
}
