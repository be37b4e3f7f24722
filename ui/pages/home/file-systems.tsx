import { useMemo } from 'react'
import { useInstant } from '../../app/data.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import type { About } from '../../lib/api.ts'
import { longDuration } from '../../lib/format.ts'
import { fileSystems, type FileSystem } from '../../lib/machine.ts'
import { machineQueries } from '../../lib/queries.ts'
import { chooseUnit } from '../../lib/units.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Name } from '../../parts/name.tsx'
import { ObjectTable, type ObjectColumn } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Status } from '../../parts/status.tsx'
import { UseBar } from '../../parts/use-bar.tsx'

/** A pace is believed only after this long. */
const TELLING_MS = 20 * 60_000
const SOON_SECONDS = 14 * 86_400

/** The file systems: how full, and for how long there is room. */
export function FileSystemsCard({ about }: { about: About }) {
  const { words } = useWords()
  const { toMs } = usePageTime()
  const figures = useInstant(machineQueries.fileSystems).data
  const rates = useInstant(machineQueries.fillRate).data
  const rows = useMemo(() => figures && fileSystems(figures, rates ?? []), [figures, rates])
  const columns = useColumns(rows ?? [], toMs - about.startedMs > TELLING_MS)
  return (
    <section className="card g6" aria-label={words.home.fileSystems} data-card="file-systems">
      <header>
        <h2>{words.home.fileSystems}</h2>
      </header>
      {rows === undefined ? (
        <Skeleton kind="rows" rows={3} />
      ) : rows.length === 0 ? (
        <EmptyState title={words.home.noFileSystems}>{words.home.noFileSystemsWhy}</EmptyState>
      ) : (
        <ObjectTable
          label={words.home.fileSystems}
          columns={columns}
          rows={rows}
          rowId={({ mountpoint }) => mountpoint}
        />
      )}
    </section>
  )
}

function useColumns(rows: FileSystem[], telling: boolean): ObjectColumn<FileSystem>[] {
  const { words, language } = useWords()
  const size = chooseUnit('bytes', Math.max(0, ...rows.map(({ sizeBytes }) => sizeBytes)), language)
  const fullIn = ({ fullInSeconds }: FileSystem) => {
    if (!telling) return <span className="t3">{words.home.tooEarly}</span>
    if (fullInSeconds === null) return <span className="t3">{words.home.notFilling}</span>
    const text = longDuration(fullInSeconds * 1000, language)
    return fullInSeconds < SOON_SECONDS ? <Status level="warn">{text}</Status> : text
  }
  return [
    {
      id: 'mountpoint',
      title: words.home.mountedOn,
      cell: ({ mountpoint }) => <Name className="name mono" name={mountpoint} />,
    },
    { id: 'full', title: words.home.fullIn, width: 132, cell: fullIn },
    {
      id: 'used',
      title: `${words.home.used}, %`,
      width: 150,
      key: true,
      cell: ({ usedShare }) => (
        <UseBar value={usedShare} text={(usedShare * 100).toFixed(0)} unit="%" size={1} bounded width={80} />
      ),
    },
    {
      id: 'size',
      title: `${words.home.size}, ${size.name}`,
      width: 92,
      right: true,
      cell: ({ sizeBytes }) => size.text(sizeBytes),
    },
  ]
}
