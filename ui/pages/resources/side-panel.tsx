import { Link, useSearchParams } from 'react-router'
import { useWords } from '../../app/words.ts'
import { podPattern, type ClusterScope } from '../../lib/cluster-queries.ts'
import { kubectlDescribe } from '../../lib/kubectl.ts'
import type { ResourceRow } from '../../lib/resource-row.ts'
import { levelOfState } from '../../lib/state-text.ts'
import { chooseUnit, withUnit } from '../../lib/units.ts'
import { Name } from '../../parts/name.tsx'
import { ObjectLink } from '../../parts/object-link.tsx'
import { Status } from '../../parts/status.tsx'
import { rowPath, StateCell } from './cells.tsx'
import { Fact } from './fact.tsx'
import { Copy } from './copy.tsx'
import { UseChart } from './charts.tsx'

/** More about the selected row, beside its table. */
export function SidePanel({ row, close }: { row: ResourceRow; close: () => void }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  return (
    <aside className="card panel" aria-label={words.resources.panel.title} data-panel={row.id}>
      <header>
        <Status level={levelOfState(row.state)} />
        <Name name={row.name} />
        <span className="sp" />
        <Link className="btn primary" to={rowPath(row, search)}>
          {words.resources.panel.open} <kbd>↵</kbd>
        </Link>
        <button type="button" className="btn" aria-label={words.resources.panel.close} onClick={close}>
          ×
        </button>
      </header>
      <div className="in">
        <StateCell state={row.state} />
        <UseChart
          of="memory"
          scope={scopeOf(row)}
          by={row.kind === 'nodes' ? 'node' : 'namespace'}
          use={row.memory}
          height={120}
          title={words.resources.columns.memory}
        />
        <Facts row={row} />
        <span className="row wrap">
          <Copy text={kubectlDescribe(row)} />
        </span>
      </div>
    </aside>
  )
}

/** What the figures of a row are asked within. */
function scopeOf({ kind, name, namespace, workload, view }: ResourceRow): ClusterScope {
  if (kind === 'nodes') return { node: name }
  if (kind === 'namespaces') return { namespaces: [name] }
  if (kind === 'workloads' && workload) return { namespaces: [namespace], pods: podPattern(workload.kind, name) }
  if (kind === 'containers' && 'pod' in view) return { namespaces: [namespace], pod: view.pod, container: name }
  return { namespaces: [namespace], pod: name }
}

function Facts({ row }: { row: ResourceRow }) {
  const { words } = useWords()
  const said = words.resources.columns
  const { kind, namespace, node, workload, ready, restarts, images, view } = row
  return (
    <dl className="facts">
      {kind === 'containers' && 'pod' in view && (
        <Fact name={said.pod}>
          <ObjectLink kind="pod" namespace={namespace} name={view.pod} />
        </Fact>
      )}
      {namespace !== '' && (
        <Fact name={said.namespace}>
          <ObjectLink kind="namespace" namespace="" name={namespace} />
        </Fact>
      )}
      {workload && kind !== 'workloads' && (
        <Fact name={said.workload}>
          <ObjectLink {...workload} namespace={namespace} withKind />
        </Fact>
      )}
      {node !== '' && kind !== 'nodes' && (
        <Fact name={said.node}>
          <ObjectLink kind="node" namespace="" name={node} />
        </Fact>
      )}
      {ready && <Fact name={said.ready}>{words.resources.readyOf(ready.count, ready.of)}</Fact>}
      {restarts !== undefined && <Fact name={said.restarts}>{restarts}</Fact>}
      <Fact name={said.cpu}>
        <Bounds row={row} of="cpu" />
      </Fact>
      <Fact name={said.memory}>
        <Bounds row={row} of="memory" />
      </Fact>
      {images.length > 0 && (
        <Fact name={said.image}>
          <code>{images.join(', ')}</code>
        </Fact>
      )}
    </dl>
  )
}

/** “request 0.25, limit 1 cores” */
function Bounds({ row, of }: { row: ResourceRow; of: 'cpu' | 'memory' }) {
  const { words, language } = useWords()
  const said = words.resources.page
  const write = (value: number) =>
    of === 'memory'
      ? withUnit('bytes', value, language)
      : `${chooseUnit('cores', value, language).text(value)} ${words.units['cores']}`
  const { request, limit, size } = row[of]
  const parts = [
    ...(request === undefined ? [] : [`${said.request} ${write(request)}`]),
    size !== undefined
      ? `${said.allocatable} ${write(size)}`
      : limit === undefined
        ? said.noLimit
        : `${said.limit} ${write(limit)}`,
  ]
  return parts.join(', ')
}
