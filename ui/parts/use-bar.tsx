import { useWords } from '../app/words.ts'
import './use-bar.css'

interface Props {
  /** What is in use, as a number of the column's unit. */
  value: number
  text: string
  limit?: number
  /** A size that is not a limit: the machine's memory, a disk. The bar is measured against it and has no tick. */
  size?: number
  request?: number
  width?: number
  /** The width that the number is right-aligned in. */
  numberWidth?: number
  /** Said after the number on a phone, where the column's title is gone. */
  unit?: string
  /** Red although below the limit: its container was killed. */
  killed?: boolean
  /** The size is a real bound, such as a disk's: drawn solid, and coloured as it fills. */
  bounded?: boolean
  /** What stands behind the bar. */
  after?: string
}

const WARN_FROM = 0.85
const CRITICAL_FROM = 0.95

/** Use against its limit: the number, a fill, a thin tick for the request, a thick one for the limit; dashed without a limit. */
export function UseBar({
  value,
  text,
  limit,
  size,
  request,
  width = 84,
  numberWidth = 34,
  unit = '',
  killed = false,
  bounded = false,
  after,
}: Props) {
  const { words } = useWords()
  const open = limit === undefined && !bounded
  const whole = limit ?? size ?? Math.max(value, 1)
  const share = value / whole
  const level = killed || (!open && share > CRITICAL_FROM) ? 'crit' : !open && share > WARN_FROM ? 'warn' : 'fine'
  const percent = (part: number) => `${Math.min(100, (part / whole) * 100).toFixed(1)}%`
  return (
    <span className="use">
      <b style={{ minWidth: numberWidth }}>
        {text}
        {unit !== '' && <span className="only-sm"> {unit}</span>}
      </b>
      <span
        className={`use-bar ${level}${open ? ' open' : ''}`}
        role="img"
        aria-label={open ? words.containers.noLimit : words.containers.near(percent(value), words.containers.limit)}
        style={{ width }}
      >
        <i style={{ width: percent(value) }} />
        {request !== undefined && <u style={{ left: percent(request) }} />}
        {limit !== undefined && <u className="limit" />}
      </span>
      {after !== undefined && <span className="t3 hide-sm">{after}</span>}
    </span>
  )
}

interface BarProps {
  value: number
  whole: number
  request?: number
  open?: boolean
  /** As wide as what it stands in. */
  wide?: boolean
  /** More is better: it is never coloured as it fills. */
  plain?: boolean
}

/** The bar alone, under a figure that says the number. */
export function BarOf({ value, whole, request, open = false, wide = false, plain = false }: BarProps) {
  const share = value / whole
  const level = open || plain ? 'fine' : share > CRITICAL_FROM ? 'crit' : share > WARN_FROM ? 'warn' : 'fine'
  const percent = (part: number) => `${Math.min(100, (part / whole) * 100).toFixed(1)}%`
  return (
    <span className={`use-bar ${level}${open ? ' open' : ''}${wide ? ' wide' : ''}`} aria-hidden="true">
      <i style={{ width: percent(value) }} />
      {request !== undefined && <u style={{ left: percent(request) }} />}
    </span>
  )
}
