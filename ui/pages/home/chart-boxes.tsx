import { Skeleton } from '../../parts/skeleton.tsx'
import './chart-boxes.css'

/** The places of charts whose code is on its way: rows of two large or three small ones. */
export function ChartBoxes({ ids }: { ids: readonly (readonly string[])[] }) {
  return ids.map((row) => (
    <div className="grid even" key={row.join(' ')}>
      {row.map((id) => (
        <section className={`card ${row.length > 2 ? 'g4' : 'g6 keep'} box-of-chart`} key={id}>
          <Skeleton kind="rows" rows={3} />
        </section>
      ))}
    </div>
  ))
}
