import { useSession } from '../../app/session.tsx'
import { useClusterHomeWords } from '../../app/page-words.ts'
import type { ResourceKind } from '../../lib/resource-row.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import type { SortOrder } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { useWords } from '../../app/words.ts'
import { Card } from '../resources/cards.tsx'
import type { ColumnId } from '../resources/columns.tsx'
import { RowsCard } from '../resources/rows-card.tsx'
import { useResourceRows } from '../resources/use-rows.ts'
import '../resources/resources.css'

/** The workloads that use most, and the nodes. */
export function ClusterTables() {
  const said = useClusterHomeWords()
  const { cluster: seesCluster } = useSession()
  return (
    <>
      <TableCard
        id="top-workloads"
        kind="workloads"
        title={said.topWorkloads}
        columns={['name', 'state', 'namespace', 'ready', 'cpu', 'memory', 'restarts']}
        most={8}
      />
      {seesCluster && (
        <TableCard
          id="nodes"
          kind="nodes"
          title={said.nodes}
          columns={['name', 'state', 'roles', 'pods', 'cpu', 'memory', 'version', 'age']}
          most={20}
        />
      )}
    </>
  )
}

interface Props {
  id: string
  kind: ResourceKind
  title: string
  columns: readonly ColumnId[]
  most: number
}

const BY_CPU: SortOrder = { id: 'cpu', descending: true }

function TableCard({ kind, ...rest }: Props) {
  const { words } = useWords()
  const { rows, error } = useResourceRows(kind)
  if (rows) return <RowsCard kind={kind} rows={rows} sort={BY_CPU} all={{ path: `/${kind}`, entries: {} }} {...rest} />
  return (
    <Card id={rest.id} title={rest.title}>
      {error === null ? (
        <Skeleton kind="rows" />
      ) : (
        <EmptyState title={words.resources.cluster.forbidden(words.resources.kinds[kind])}>{error}</EmptyState>
      )}
    </Card>
  )
}
