import { useMemo, useRef, useState } from 'react'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import type { RangeAnswer } from '../../app/data.ts'
import { chartModel, isolate, type ChartSeries } from '../../lib/chart-model.ts'
import { shortAge, wholeNumber } from '../../lib/format.ts'
import { rankSeries } from '../../lib/rank.ts'
import { seriesNames } from '../../lib/series-name.ts'
import { kindOfExpression, type UnitKind } from '../../lib/units.ts'
import { Chart } from '../../parts/chart.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Legend, type LegendColumn } from '../../parts/legend.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { QueryProblems } from './query-problems.tsx'
import { useRangeAnswers, type Asked } from './use-expressions.ts'

interface Props {
  expressions: (string | null)[]
  letters: string[]
  stepMs: number | undefined
  stack: boolean
}

const HEIGHT = 280
const COLUMNS: LegendColumn[] = ['min', 'mean', 'max', 'last']

/** The answers as charts: one for each unit, since an axis has only one. */
export function ExploreGraph({ expressions, letters, stepMs, stack }: Props) {
  const { words, language } = useWords()
  const time = usePageTime()
  const asked = useRangeAnswers(expressions, letters, stepMs)
  const answered = asked.filter(({ answer }) => answer.data !== undefined && answer.error === null)
  const points = answered.reduce(
    (sum, { answer }) => sum + (answer.data ?? []).reduce((all, { times }) => all + times.length, 0),
    0,
  )
  const series = answered.reduce((sum, { answer }) => sum + (answer.data?.length ?? 0), 0)
  const tookMs = Math.max(0, ...answered.map(({ answer }) => answer.tookMs ?? 0))
  const groups = useGroups(answered)
  const step = shortAge(stepMs ?? time.stepMs, language)
  return (
    <>
      <QueryProblems
        asked={asked.map(({ letter, expression, answer }) => ({ letter, expression, error: answer.error }))}
      />
      {asked.length > 0 && answered.length === 0 && asked.every(({ answer }) => answer.error === null) && (
        <div className="expression-chart">
          <Skeleton kind="chart" height={HEIGHT} />
        </div>
      )}
      {groups.map(({ unit, members }) => (
        <UnitChart key={unit} unit={unit} members={members} stack={stack} stepMs={stepMs ?? time.stepMs} />
      ))}
      {answered.length > 0 && (
        <p className="hint table-hint" data-stats>
          {words.explore.stats(
            wholeNumber(series, language),
            wholeNumber(points, language),
            wholeNumber(Math.max(1, Math.round(tookMs)), language),
          )}
          {' · '}
          {stepMs === undefined ? words.explore.stepAuto(step) : words.explore.stepFixed(step)}
        </p>
      )}
    </>
  )
}

interface Group {
  unit: UnitKind
  members: Asked<RangeAnswer>[]
}

/** The groups, made anew only when an answer is new: a page renders more often than data comes. */
function useGroups(answered: Asked<RangeAnswer>[]): Group[] {
  const kept = useRef<{ parts: unknown[]; groups: Group[] }>({ parts: [], groups: [] })
  const parts = answered.flatMap(({ expression, answer }) => [expression, answer.data])
  const same = parts.length === kept.current.parts.length && parts.every((part, i) => part === kept.current.parts[i])
  if (!same) kept.current = { parts, groups: groupByUnit(answered) }
  return kept.current.groups
}

function groupByUnit(answered: Asked<RangeAnswer>[]): Group[] {
  const groups = new Map<UnitKind, Asked<RangeAnswer>[]>()
  for (const one of answered) {
    const unit = kindOfExpression(one.expression)
    groups.set(unit, [...(groups.get(unit) ?? []), one])
  }
  return [...groups].map(([unit, members]) => ({ unit, members }))
}

const TITLES: Record<UnitKind, (title: string, unit: string) => string> = {
  bytes: join,
  bytesPerSecond: join,
  seconds: join,
  cores: join,
  percent: join,
  count: (title) => title,
}

function join(title: string, unit: string): string {
  return unit === '' ? title : `${title}, ${unit}`
}

function UnitChart({ unit, members, stack, stepMs }: Group & { stack: boolean; stepMs: number }) {
  const { words, language } = useWords()
  const { toMs } = usePageTime()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { series, left } = useMemo(() => drawnOf(members), [members])
  const model = useMemo(
    () => chartModel({ unit, series, stack, stepMs, toMs, language }),
    [unit, series, stack, stepMs, toMs, language],
  )
  const shown = useMemo(() => isolate(model, chosen), [model, chosen])
  const letters = members.map(({ letter }) => letter).join(', ')
  if (series.length === 0) {
    return <EmptyState title={words.explore.noResult}>{words.explore.noResultWhy}</EmptyState>
  }
  const title = TITLES[unit](words.explore.expression(letters), words.units[model.unit.name] ?? model.unit.name)
  const choose = (name: string, add: boolean) => setChosen(next(chosen, name, add))
  return (
    <div className="expression-chart">
      <h2>{title}</h2>
      <Chart id={`explore-${unit}`} title={title} model={shown} height={HEIGHT} />
      <Legend model={model} columns={COLUMNS} chosen={chosen} choose={choose} />
      {left > 0 && <p className="hint">{words.explore.legendMore(left)}</p>}
    </div>
  )
}

function next(chosen: ReadonlySet<string>, name: string, add: boolean): Set<string> {
  if (!add) return chosen.size === 1 && chosen.has(name) ? new Set() : new Set([name])
  const both = new Set(chosen)
  if (!both.delete(name)) both.add(name)
  return both
}

/** The series of all expressions that share a unit; a letter before the name where there are several. */
function drawnOf(members: Asked<RangeAnswer>[]): { series: ChartSeries[]; left: number } {
  let left = 0
  const series = members.flatMap(({ letter, expression, answer }) => {
    const ranked = rankSeries(answer.data ?? [])
    left += ranked.left
    const names = seriesNames(ranked.drawn.map(({ labels }) => labels))
    return ranked.drawn.map((points, i) => {
      const name = names[i] === '{}' ? expression : names[i]
      return { name: members.length > 1 ? `${letter}: ${name}` : name, points }
    })
  })
  return { series: unique(series), left }
}

/** Two series of one name would be one line of the legend. */
function unique(series: ChartSeries[]): ChartSeries[] {
  const seen = new Map<string, number>()
  return series.map((one) => {
    const times = (seen.get(one.name) ?? 0) + 1
    seen.set(one.name, times)
    return times === 1 ? one : Object.assign({}, one, { name: `${one.name} (${times})` })
  })
}
