import type { MouseEvent } from 'react'
import { useWords } from '../app/words.ts'
import type { ChartModel } from '../lib/chart-model.ts'
import type { ColumnStats } from '../lib/columns.ts'
import { Name } from './name.tsx'

/** The figures that a legend may show. */
export type LegendColumn = keyof ColumnStats

interface Props {
  model: ChartModel
  columns: LegendColumn[]
  chosen: ReadonlySet<string>
  choose: (name: string, add: boolean) => void
}

/** The legend as a table, in stack order with the top first; a press isolates a series, with Ctrl it adds one. */
export function Legend({ model, columns, chosen, choose }: Props) {
  const { words } = useWords()
  const series = model.stack ? model.series.toReversed() : model.series
  return (
    <table className="legend">
      <thead>
        <tr>
          <th>
            <span className="hidden-visually">{words.explore.series}</span>
          </th>
          {columns.map((column) => (
            <th key={column} className={column === 'last' ? 'v' : 'v x'}>
              {words.chart[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {series.map(({ name, color, dashed, stats }) => (
          <tr key={name} className={chosen.size > 0 && !chosen.has(name) ? 'off' : undefined}>
            <th scope="row">
              <button
                type="button"
                aria-pressed={chosen.has(name)}
                onClick={(event: MouseEvent) => choose(name, event.ctrlKey || event.metaKey)}
              >
                <i className={dashed ? 'key dash' : 'key'} style={{ color: `var(--c${color})` }} />
                <Name name={name} />
              </button>
            </th>
            {columns.map((column) => (
              <td key={column} className={column === 'last' ? 'v' : 'v x'}>
                {model.unit.text(stats[column])}
              </td>
            ))}
          </tr>
        ))}
        {model.lines.map(({ name, value, kind }) => (
          <tr key={`line ${name}`}>
            <th scope="row">
              <span className="level">
                <i className={kind === 'limit' ? 'key dash' : 'key dot'} />
                <Name name={name} />
              </span>
            </th>
            {columns.map((column) => (
              <td key={column} className={column === 'last' ? 'v' : 'v x'}>
                {column === 'last' ? model.unit.text(value) : ''}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
