import { Link, useSearchParams } from 'react-router'
import { useNamespaces } from '../../app/cluster.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { isNotReady } from '../../lib/resource-filter.ts'
import { RESOURCE_KINDS, type ResourceKind } from '../../lib/resource-row.ts'
import { linkTo } from '../../lib/url-state.ts'
import { ClusterGate } from './cluster-gate.tsx'
import { useResourceColumns } from './columns.tsx'
import './resources.css'
import { ResourceFilters } from './resource-filters.tsx'
import { ResourceTable } from './resource-table.tsx'
import { SidePanel } from './side-panel.tsx'
import { useTableView, type TableView } from './table-view.ts'
import { useResourceRows, type Rows } from './use-rows.ts'

/** A table of all objects of one kind, live. */
export function Resources({ kind }: { kind: ResourceKind }) {
  const { words } = useWords()
  useTitle(words.resources.kinds[kind])
  return (
    <div className="page" data-page={kind}>
      <ClusterGate title={words.resources.kinds[kind]}>
        <Table kind={kind} />
      </ClusterGate>
    </div>
  )
}

const NO_ROWS: never[] = []

function Table({ kind }: { kind: ResourceKind }) {
  const found = useResourceRows(kind)
  const view = useTableView(kind, found.rows ?? NO_ROWS)
  const columns = useResourceColumns(kind, found.rows ?? NO_ROWS)
  const selected = view.selected === null ? undefined : found.rows?.find(({ id }) => id === view.selected)
  return (
    <>
      <Head kind={kind} found={found} view={view} />
      <ResourceFilters kind={kind} view={view} columns={columns} />
      <div className={selected ? 'with-panel open' : 'with-panel'}>
        <ResourceTable kind={kind} found={found} view={view} columns={columns} />
        {selected && <SidePanel key={selected.id} row={selected} close={() => view.select(null)} />}
      </div>
    </>
  )
}

function Head({ kind, found, view }: { kind: ResourceKind; found: Rows; view: TableView }) {
  const { words } = useWords()
  return (
    <div className="head">
      <div className="col">
        <h1>{words.resources.kinds[kind]}</h1>
        <p className="t2">
          <Summary kind={kind} found={found} view={view} />
        </p>
      </div>
      <span className="sp" />
      <Tabs kind={kind} />
    </div>
  )
}

/** “11 of 151 pods match · 2 not ready” */
function Summary({ kind, found, view }: { kind: ResourceKind; found: Rows; view: TableView }) {
  const { words } = useWords()
  const namespaces = useNamespaces()
  if (!found.rows) return ' '
  const said = words.resources
  const narrowed = namespaces.length > 0 && kind !== 'nodes' && kind !== 'namespaces'
  const all = `${said.counts[kind](found.rows.length)}${narrowed ? ` ${said.inNamespaces(namespaces.join(', '))}` : ''}`
  const shown = view.shown.length
  const notReady = view.shown.filter(isNotReady).length
  const parts = [shown === found.rows.length ? all : said.match(shown, all)]
  if (shown > 0) parts.push(notReady > 0 ? said.notReadyCount(notReady) : said.allReady)
  return parts.join(' · ')
}

/** From the whole of the cluster to its parts. */
function Tabs({ kind }: { kind: ResourceKind }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  return (
    <nav className="seg" aria-label={words.resources.title}>
      {RESOURCE_KINDS.map((one) => (
        <Link key={one} to={linkTo(`/${one}`, search)} aria-current={one === kind ? 'page' : undefined}>
          {words.resources.kinds[one]}
        </Link>
      ))}
    </nav>
  )
}
