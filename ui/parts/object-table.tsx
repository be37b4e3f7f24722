import {
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
} from '@tanstack/react-table'
import { lazy, Suspense, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react'
import { useWish } from '../app/keys.tsx'
import { compareValues, type SortValue } from '../lib/compare-values.ts'
import { holdOrder } from '../lib/stable-order.ts'
import './object-table.css'

/** A column: fixed in width, except the first, which takes the rest. */
export interface ObjectColumn<T> {
  id: string
  title: string
  width?: number
  right?: boolean
  /** Which columns go when there is no room: 1 first, 4 last; none never goes. */
  priority?: 1 | 2 | 3 | 4
  /** On a phone: the value that matters, at the right of both lines. */
  key?: boolean
  sort?: (row: T) => SortValue
  cell: (row: T) => ReactNode
}

/** A column and a direction. */
export interface SortOrder {
  id: string
  descending: boolean
}

interface Props<T> {
  label: string
  columns: ObjectColumn<T>[]
  rows: T[]
  rowId: (row: T) => string
  sort?: SortOrder
  onSort?: (sort: SortOrder) => void
  onOpen?: (row: T) => void
  hidden?: ReadonlySet<string>
  wrapping?: boolean
}

const features = tableFeatures({ rowSortingFeature, columnVisibilityFeature, sortedRowModel: createSortedRowModel() })
const VIRTUAL_FROM = 100
const VirtualBody = lazy(async () => ({ default: (await import('./virtual-body.tsx')).VirtualBody }))

/** A live table: values change in place, and rows do not jump while the pointer is among them. */
export function ObjectTable<T>(props: Props<T>) {
  const { label, columns, rowId, onOpen, hidden, wrapping = false } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useSortedRows(props)
  const { held, hold } = useHeldOrder(rows.map(rowId))
  const byId = new Map(rows.map((row) => [rowId(row), row]))
  const ordered = held.flatMap((id) => byId.get(id) ?? [])
  const [selected, setSelected] = useState<string | null>(null)
  useSelectionKeys(ordered.map(rowId), selected, setSelected, (id) => onOpen?.(byId.get(id)!))
  const shown = columns.filter(({ id }) => !hidden?.has(id))
  return (
    <div className="table-wrap" ref={scroller} onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)}>
      <table
        className={wrapping ? 'objects wrapping' : 'objects'}
        aria-label={label}
        aria-rowcount={ordered.length + 1}
        data-rows={ordered.length}
      >
        <Heads {...props} columns={shown} />
        <Body
          columns={shown}
          rows={ordered}
          rowId={rowId}
          selected={selected}
          select={setSelected}
          scroller={scroller}
          sortedBy={props.sort?.id}
        />
      </table>
    </div>
  )
}

function useSortedRows<T>({ columns, rows, rowId, sort, hidden }: Props<T>): T[] {
  const defs = useMemo(() => columns.map(columnDef), [columns])
  const table = useTable<typeof features, T & object>({
    features,
    columns: defs,
    data: rows as (T & object)[],
    getRowId: rowId,
    enableSortingRemoval: false,
    state: {
      sorting: sort ? [{ id: sort.id, desc: sort.descending }] : [],
      columnVisibility: Object.fromEntries([...(hidden ?? [])].map((id) => [id, false])),
    },
  })
  return table.getRowModel().rows.map((row) => row.original)
}

function columnDef<T>({ id, sort }: ObjectColumn<T>): ColumnDef<typeof features, T & object> {
  return {
    id,
    accessorFn: (row: T) => sort?.(row) ?? undefined,
    sortUndefined: 'last',
    sortFn: (a: { getValue: (id: string) => unknown }, b: { getValue: (id: string) => unknown }) =>
      compareValues(a.getValue(id) as SortValue, b.getValue(id) as SortValue),
  } as unknown as ColumnDef<typeof features, T & object>
}

/** While held, rows keep the places they had. */
function useHeldOrder(sorted: string[]): { held: string[]; hold: (on: boolean) => void } {
  const [holding, hold] = useState(false)
  const order = useRef(sorted)
  const key = useRef('')
  // A new sorting or filter that the reader asked for shows at once, even under the pointer.
  const setKey = sorted.toSorted().join('\n')
  order.current = holding && key.current === setKey ? holdOrder(order.current, sorted) : sorted
  key.current = setKey
  return { held: order.current, hold }
}

function useSelectionKeys(
  ids: string[],
  selected: string | null,
  select: (id: string) => void,
  open: (id: string) => void,
): void {
  const move = (by: number) => {
    const at = selected === null ? -1 : ids.indexOf(selected)
    const id = ids[Math.max(0, Math.min(ids.length - 1, at + by))]
    if (id === undefined) return
    select(id)
    document.querySelector(`tr[data-row="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  useWish('down', () => move(1))
  useWish('up', () => move(-1))
  useWish('open', () => (selected !== null && ids.includes(selected) ? open(selected) : undefined))
}

function Heads<T>({ columns, sort, onSort }: Props<T>) {
  const press = (column: ObjectColumn<T>) => {
    const same = sort?.id === column.id
    onSort?.({ id: column.id, descending: same ? !sort.descending : column.id !== columns[0]?.id })
  }
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th
            key={column.id}
            scope="col"
            className={classOf(column, sort?.id, column.id)}
            style={column.width === undefined ? undefined : { width: column.width }}
            aria-sort={sort?.id === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined}
          >
            {onSort && column.sort ? (
              <button type="button" onClick={() => press(column)}>
                {column.title}
              </button>
            ) : (
              column.title
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function classOf<T>({ priority, right, key }: ObjectColumn<T>, sortedBy: string | undefined, id = ''): string {
  const stays = id !== '' && id === sortedBy
  return [right ? 'r' : '', priority && !stays ? `p${priority}` : '', key ? 'key-cell' : ''].join(' ').trim()
}

/** What the rows of a table are drawn from. */
export interface BodyProps<T> {
  columns: ObjectColumn<T>[]
  rows: T[]
  rowId: (row: T) => string
  selected: string | null
  select: (id: string) => void
  scroller: RefObject<HTMLDivElement | null>
  sortedBy: string | undefined
}

function Body<T>(props: BodyProps<T>) {
  const { rows, rowId } = props
  const drawn = rows.slice(0, VIRTUAL_FROM).map((row, i) => <Row key={rowId(row)} {...props} row={row} index={i} />)
  if (rows.length <= VIRTUAL_FROM) return <tbody>{drawn}</tbody>
  return (
    <Suspense fallback={<tbody>{drawn}</tbody>}>
      <VirtualBody {...(props as unknown as BodyProps<unknown>)} />
    </Suspense>
  )
}

/** One row. */
export function Row<T>({
  row,
  index,
  columns,
  rowId,
  selected,
  select,
  sortedBy,
}: BodyProps<T> & { row: T; index: number }) {
  const id = rowId(row)
  return (
    <tr
      data-row={id}
      aria-rowindex={index + 2}
      className={id === selected ? 'selected' : undefined}
      onClick={() => select(id)}
    >
      {columns.map((column) => (
        <td key={column.id} className={classOf(column, sortedBy, column.id)} data-column={column.id}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}
