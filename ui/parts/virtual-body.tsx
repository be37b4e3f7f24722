import { useVirtualizer } from '@tanstack/react-virtual'
import { Entry, entryKey, type BodyProps } from './object-table.tsx'

const ROW_HEIGHT = 35
const PHONE_ROW_HEIGHT = 58
const PHONE_GROUP_HEIGHT = 35

/** Only the rows in view are drawn; two empty rows keep the place of the others. */
export function VirtualBody(props: BodyProps<unknown>) {
  const { entries, rowId, scroller, columns } = props
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current?.closest<HTMLElement>('.main') ?? null,
    estimateSize: (index) => heightOf(entries[index].kind),
    scrollMargin: scroller.current?.offsetTop ?? 0,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const margin = virtual.options.scrollMargin
  const above = (items[0]?.start ?? margin) - margin
  const below = virtual.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin)
  return (
    <tbody>
      <Spacer height={above} columns={columns.length} />
      {items.map(({ index }) => (
        <Entry key={entryKey(entries[index], rowId)} {...props} entry={entries[index]} />
      ))}
      <Spacer height={below} columns={columns.length} />
    </tbody>
  )
}

function heightOf(kind: 'row' | 'group'): number {
  if (window.innerWidth > 640) return ROW_HEIGHT
  return kind === 'row' ? PHONE_ROW_HEIGHT : PHONE_GROUP_HEIGHT
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null
  return (
    <tr className="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  )
}
