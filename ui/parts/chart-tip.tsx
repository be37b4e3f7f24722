import { usePageTime } from '../app/time.ts'
import { useWords } from '../app/words.ts'
import type { ChartModel } from '../lib/chart-model.ts'
import { clockTime } from '../lib/format.ts'
import type { Pointed } from './chart.tsx'
import { Name } from './name.tsx'

/** What the chart holds at the crosshair: the time, then the series by value, then their total. */
export function ChartTip({ model, pointed }: { model: ChartModel; pointed: Pointed }) {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const at = model.times[pointed.index]
  if (at === undefined) return null
  const rows = model.series
    .flatMap((one) => {
      const value = one.values[pointed.index]
      return value === null || value === undefined ? [] : [{ ...one, value }]
    })
    .toSorted((a, b) => b.value - a.value)
  const say = (value: number) => `${model.unit.text(value)} ${words.units[model.unit.name] ?? model.unit.name}`
  const side =
    pointed.left < pointed.width * 0.6 ? { left: pointed.left + 14 } : { right: pointed.width - pointed.left + 14 }
  return (
    <div className="tip" style={side} role="presentation">
      <b>{clockTime(at, utc, language)}</b>
      {rows.map(({ name, color, dashed, value }) => (
        <div key={name}>
          <i className={dashed ? 'key dash' : 'key'} style={{ color: `var(--c${color})` }} />
          <Name name={name} />
          <b>{say(value)}</b>
        </div>
      ))}
      {model.stack && (
        <div className="sum">
          <i />
          <span>{words.chart.total}</span>
          <b>{say(rows.reduce((sum, { value }) => sum + value, 0))}</b>
        </div>
      )}
    </div>
  )
}
