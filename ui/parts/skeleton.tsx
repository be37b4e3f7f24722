import { useEffect, useState } from 'react'
import { useWords } from '../app/words.ts'
import './skeleton.css'

const NOTHING_BEFORE_MS = 150
const ROWS = [180, 150, 200, 170, 190]

interface Props {
  kind: 'page' | 'chart' | 'rows' | 'line'
  height?: number
  rows?: number
}

/** The same boxes as the content that is on its way; nothing is drawn in the first 150 ms. */
export function Skeleton({ kind, height = 150, rows = 5 }: Props) {
  const { words } = useWords()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), NOTHING_BEFORE_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div
      className={`skeleton ${kind}${late ? ' late' : ''}`}
      role="status"
      aria-label={words.state.loading}
      data-state="loading"
    >
      {kind === 'chart' && <i style={{ height }} />}
      {kind === 'line' && <i style={{ width: 320 }} />}
      {kind === 'rows' && ROWS.slice(0, rows).map((width) => <i key={width} style={{ width }} />)}
      {kind === 'page' && <PageBoxes />}
    </div>
  )
}

function PageBoxes() {
  return (
    <>
      <i className="title" />
      <i style={{ width: 460 }} />
      <div className="grid even">
        <i className="box g6 keep" />
        <i className="box g6 keep" />
        <i className="box g12" />
      </div>
    </>
  )
}
