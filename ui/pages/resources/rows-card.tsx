import { useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useWords } from '../../app/words.ts'
import { kubectlForm } from '../../lib/kubectl.ts'
import type { ResourceKind, ResourceRow } from '../../lib/resource-row.ts'
import { linkTo } from '../../lib/url-state.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ObjectTable, type SortOrder } from '../../parts/object-table.tsx'
import { rowPath } from './cells.tsx'
import { Card } from './cards.tsx'
import { useResourceColumns, type ColumnId } from './columns.tsx'

interface Props {
  id: string
  kind: ResourceKind
  title: string
  rows: ResourceRow[] | undefined
  columns: readonly ColumnId[]
  sort?: SortOrder
  /** The whole list: its address and the entries that narrow it. */
  all?: { path: string; entries: Record<string, string>; count?: number }
  most?: number
}

const NO_ROWS: ResourceRow[] = []
const BY_MEMORY: SortOrder = { id: 'memory', descending: true }

/** The parts of an object as a table on its page. */
export function RowsCard({ id, kind, title, rows = NO_ROWS, columns, sort = BY_MEMORY, all, most = 20 }: Props) {
  const { words } = useWords()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [order, setOrder] = useState(sort)
  const made = useResourceColumns(kind, rows).filter((column) => columns.includes(column.id as ColumnId))
  const count = all?.count ?? rows.length
  const side = all && count > 1 && (
    <Link className="sm" to={linkTo(all.path, search, all.entries)}>
      {words.resources.page.allOf(words.resources.counts[kind](count))}
    </Link>
  )
  return (
    <Card id={id} title={title} side={side}>
      {rows.length === 0 ? (
        <EmptyState title={words.resources.empty.none[kind]} />
      ) : (
        <ObjectTable
          label={title}
          columns={made}
          rows={rows}
          most={most}
          rowId={(row) => row.id}
          sort={order}
          onSort={setOrder}
          onOpen={(row) => void navigate(rowPath(row, search))}
          copyText={kubectlForm}
        />
      )}
    </Card>
  )
}
