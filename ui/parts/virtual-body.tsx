import { useVirtualizer } from '@tanstack/react-virtual'
import { Row, type BodyProps } from './object-table.tsx'

const ROW_HEIGHT = 35
const PHONE_ROW_HEIGHT = 58

/** Only the rows in view are drawn; two empty rows keep the place of the others. */
export function VirtualBody(props: BodyProps<unknown>) {
  const { rows, rowId, scroller, columns } = props
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current?.closest<HTMLElement>('.main') ?? null,
    estimateSize: () => (window.innerWidth <= 640 ? PHONE_ROW_HEIGHT : ROW_HEIGHT),
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
        <Row key={rowId(rows[index])} {...props} row={rows[index]} index={index} />
      ))}
      <Spacer height={below} columns={columns.length} />
    </tbody>
  )
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null
  return (
    <tr className="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  )
}
