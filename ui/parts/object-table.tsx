import { lazy, memo, Suspense, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react'
import { useWish } from '../app/keys.tsx'
import type { SortValue } from '../lib/compare-values.ts'
import { isWriting } from '../lib/keys.ts'
import { groupRows, type TableEntry } from '../lib/row-groups.ts'
import { sortRows } from '../lib/sort-rows.ts'
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
  /** At most so many rows, after sorting. */
  most?: number
  /** The selected row, where the page keeps it; without this the table does. */
  selection?: Selection
  /** Puts rows under heads: the group of a row, and what its head shows. */
  groups?: RowGroups<T>
  /** What the reader asked for beside the sorting: when it changes, rows take their new places even under the pointer. */
  asked?: string
  /** What copying a row gives. */
  copyText?: (row: T) => string
}

/** A selection that the page keeps. */
export interface Selection {
  selected: string | null
  select: (id: string) => void
}

/** How rows are grouped. */
export interface RowGroups<T> {
  of: (row: T) => string
  head: (id: string, rows: T[]) => ReactNode
}

const VIRTUAL_FROM = 100
const VirtualBody = lazy(async () => ({ default: (await import('./virtual-body.tsx')).VirtualBody }))

/** A live table: values change in place, and rows do not jump while the pointer is among them. */
export function ObjectTable<T>(props: Props<T>) {
  const { label, columns, rowId, onOpen, hidden, wrapping = false, sort, groups } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useSortedRows(props).slice(0, props.most)
  const { held, hold } = useHeldOrder(rows.map(rowId), props.asked && `${props.asked} ${sort?.id} ${sort?.descending}`)
  const byId = new Map(rows.map((row) => [rowId(row), row]))
  const entries = groupRows(
    held.flatMap((id) => byId.get(id) ?? []),
    groups?.of,
  )
  const own = useState<string | null>(null)
  const { selected, select } = props.selection ?? { selected: own[0], select: own[1] }
  const ids = entries.flatMap((entry) => (entry.kind === 'row' ? [rowId(entry.row)] : []))
  useSelectionKeys(ids, selected, select, (id) => onOpen?.(byId.get(id)!))
  const { copyText } = props
  useCopiedRows(scroller, copyText && ((id) => (byId.has(id) ? copyText(byId.get(id)!) : undefined)))
  const shown = columns.filter(({ id }) => !hidden?.has(id))
  return (
    <div className="table-wrap" ref={scroller} onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)}>
      <table
        className={wrapping ? 'objects wrapping' : 'objects'}
        aria-label={label}
        aria-rowcount={entries.length + 1}
        data-rows={ids.length}
      >
        <Heads {...props} columns={shown} />
        <Body
          columns={shown}
          entries={entries}
          rowId={rowId}
          selected={selected}
          select={select}
          scroller={scroller}
          sortedBy={sort?.id}
          groupHead={groups?.head}
        />
      </table>
    </div>
  )
}

/** Copying a selection that reaches over several rows, or none at all, gives each row in the form that commands take. */
function useCopiedRows(
  table: RefObject<HTMLDivElement | null>,
  textOf: ((id: string) => string | undefined) | undefined,
): void {
  const latest = useRef(textOf)
  latest.current = textOf
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      const target = event.target as HTMLElement
      if (!table.current || !latest.current || isWriting(target.tagName, target.isContentEditable)) return
      const texts = reachedRows(table.current).flatMap((id) => latest.current?.(id) ?? [])
      if (texts.length === 0) return
      event.clipboardData?.setData('text/plain', texts.join('\n'))
      event.preventDefault()
    }
    document.addEventListener('copy', copy)
    return () => document.removeEventListener('copy', copy)
  }, [table])
}

/** The rows that a marked text reaches over when it is more than one, else the selected one when no text is marked. */
function reachedRows(table: HTMLElement): string[] {
  const marked = getSelection()
  const isMarked = marked !== null && !marked.isCollapsed
  const rows = [...table.querySelectorAll<HTMLElement>('tr[data-row]')].filter((row) =>
    isMarked ? marked.containsNode(row, true) : row.classList.contains('selected'),
  )
  return isMarked && rows.length < 2 ? [] : rows.map((row) => row.dataset['row'] ?? '')
}

function useSortedRows<T>({ columns, rows, sort }: Props<T>): readonly T[] {
  const { id, descending = false } = sort ?? {}
  return useMemo(() => {
    const value = columns.find((column) => column.id === id)?.sort
    return value ? sortRows(rows, value, descending) : rows
  }, [columns, rows, id, descending])
}

/** While held, rows keep the places they had. */
function useHeldOrder(sorted: string[], asked?: string): { held: string[]; hold: (on: boolean) => void } {
  const [holding, hold] = useState(false)
  const order = useRef(sorted)
  const key = useRef('')
  // A new sorting or filter that the reader asked for shows at once, even under the pointer.
  const setKey = asked ?? sorted.toSorted().join('\n')
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
  entries: TableEntry<T>[]
  rowId: (row: T) => string
  selected: string | null
  select: (id: string) => void
  scroller: RefObject<HTMLDivElement | null>
  sortedBy: string | undefined
  groupHead: RowGroups<T>['head'] | undefined
}

function Body<T>(props: BodyProps<T>) {
  const { entries, rowId } = props
  const drawn = entries
    .slice(0, VIRTUAL_FROM)
    .map((entry) => <Entry key={entryKey(entry, rowId)} {...props} entry={entry} />)
  if (entries.length <= VIRTUAL_FROM) return <tbody>{drawn}</tbody>
  return (
    <Suspense fallback={<tbody>{drawn}</tbody>}>
      <VirtualBody {...(props as unknown as BodyProps<unknown>)} />
    </Suspense>
  )
}

/** What tells an entry of a table from the others. */
export function entryKey<T>(entry: TableEntry<T>, rowId: (row: T) => string): string {
  return entry.kind === 'row' ? rowId(entry.row) : `group ${entry.id}`
}

/** One row, or the head of a group of rows. */
export function Entry<T>(props: BodyProps<T> & { entry: TableEntry<T> }) {
  const { entry, columns, groupHead, rowId, selected, select, sortedBy } = props
  if (entry.kind === 'row') {
    const id = rowId(entry.row)
    const { row, index } = entry
    return <Row {...{ id, row, index, columns, select, sortedBy }} isSelected={id === selected} />
  }
  return (
    <tr className="group" data-group={entry.id}>
      <th scope="rowgroup" colSpan={columns.length}>
        {groupHead?.(entry.id, entry.rows)}
      </th>
    </tr>
  )
}

interface RowProps<T> extends Pick<BodyProps<T>, 'columns' | 'select' | 'sortedBy'> {
  id: string
  row: T
  index: number
  isSelected: boolean
}

/** Rows that stay in view while others come are not drawn again: scrolling costs only the new ones. */
const Row = memo(function Row<T>({ id, row, index, columns, isSelected, select, sortedBy }: RowProps<T>) {
  return (
    <tr
      data-row={id}
      aria-rowindex={index + 2}
      className={isSelected ? 'selected' : undefined}
      onClick={() => select(id)}
    >
      {columns.map((column) => (
        <td key={column.id} className={classOf(column, sortedBy, column.id)} data-column={column.id}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}) as <T>(props: RowProps<T>) => ReactNode
