import { useWords } from '../../app/words.ts'
import { useUrlEntries } from '../../app/time.ts'
import { kubectlForm } from '../../lib/kubectl.ts'
import type { ResourceRow } from '../../lib/resource-row.ts'
import { Name } from '../../parts/name.tsx'
import { ObjectTable, type ObjectColumn } from '../../parts/object-table.tsx'
import { useResourceColumns, type ColumnId } from './columns.tsx'

const SHOWN: ReadonlySet<string> = new Set<ColumnId>(['state', 'cpu', 'throttled', 'memory', 'restarts', 'image'])

/** The containers of a pod; the chosen one is the one whose charts stand below. */
export function PodContainers({ rows, chosen }: { rows: ResourceRow[]; chosen: string | undefined }) {
  const { words } = useWords()
  const setEntries = useUrlEntries()
  const choose = (name: string) => setEntries({ c: name }, { replace: true })
  const usual = useResourceColumns('containers', rows, true).filter(({ id }) => SHOWN.has(id))
  const name: ObjectColumn<ResourceRow> = {
    id: 'name',
    title: words.resources.one.containers,
    cell: (row) => <ContainerName row={row} choose={choose} />,
  }
  const select = (id: string) => choose(rows.find((row) => row.id === id)?.name ?? '')
  return (
    <section className="card" aria-label={words.resources.page.containers} data-card="containers">
      <ObjectTable
        label={words.resources.page.containers}
        columns={[name, ...usual]}
        rows={rows}
        rowId={({ id }) => id}
        selection={{ selected: chosen ?? null, select }}
        copyText={kubectlForm}
      />
    </section>
  )
}

function ContainerName({ row, choose }: { row: ResourceRow; choose: (name: string) => void }) {
  const { words } = useWords()
  const init = 'init' in row.view && row.view.init
  return (
    <span className="link-cell">
      <button type="button" className="name" onClick={() => choose(row.name)}>
        <Name name={row.name} />
      </button>
      {init && <span className="t3 keep">{words.resources.initContainer}</span>}
    </span>
  )
}
