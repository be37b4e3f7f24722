import { useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useHasCluster } from '../../app/cluster.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import type { About } from '../../lib/api.ts'
import { containerPath, linkTo } from '../../lib/url-state.ts'
import { ObjectTable, type SortOrder } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { useContainerColumns } from '../containers/container-columns.tsx'
import { NoContainers, sourceNames } from '../containers/no-containers.tsx'
import { useContainerRows } from '../containers/use-container-rows.ts'

const SHOWN = 8

/** The containers that use most. */
export function TopContainers({ about }: { about: About }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const hasCluster = useHasCluster()
  const { toMs } = usePageTime()
  const { rows, list } = useContainerRows()
  const [sort, setSort] = useState<SortOrder>({ id: 'cpu', descending: true })
  const columns = useContainerColumns(rows ?? [], about.machine, toMs)
  const top = (rows ?? []).toSorted((a, b) => (b.cpuCores ?? -1) - (a.cpuCores ?? -1)).slice(0, SHOWN)
  return (
    <section className="card" aria-label={words.home.containers} data-card="containers">
      <header>
        <h2>{words.home.containers}</h2>
        {list && rows && rows.length > 0 && (
          <span className="t3">{words.home.containersFrom(rows.length, sourceNames(list.sources))}</span>
        )}
        <span className="sp" />
        {rows && rows.length > 0 && (
          <Link className="sm" to={linkTo(hasCluster ? '/machine/containers' : '/containers', search)}>
            {words.home.allContainers}
          </Link>
        )}
      </header>
      {!rows || !list ? (
        <Skeleton kind="rows" />
      ) : rows.length === 0 ? (
        <NoContainers sources={list.sources} />
      ) : (
        <ObjectTable
          label={words.home.containers}
          columns={columns}
          rows={top}
          rowId={({ container }) => container.id}
          sort={sort}
          onSort={setSort}
          onOpen={({ container }) => void navigate(linkTo(containerPath(container.name), search))}
        />
      )}
    </section>
  )
}
