import { useMemo, useState, type ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { usePageTime } from '../app/time.ts'
import { useWords } from '../app/words.ts'
import { chartModel, isolate, type ChartLine, type ChartMark, type ChartSeries } from '../lib/chart-model.ts'
import type { UnitKind } from '../lib/units.ts'
import { linkTo } from '../lib/url-state.ts'
import { Chart } from './chart.tsx'
import { EmptyState } from './empty-state.tsx'
import { Legend, type LegendColumn } from './legend.tsx'
import { Skeleton } from './skeleton.tsx'

interface Props {
  id: string
  title: string
  /** What the chart says in one phrase, beside its title. */
  says?: ReactNode
  unit: UnitKind
  /** Undefined while nothing has come. */
  series: ChartSeries[] | undefined
  lines?: ChartLine[]
  marks?: ChartMark[]
  stack?: boolean
  fill?: boolean
  height?: number
  columns?: LegendColumn[]
  /** How many rows its legend will have: the place that is kept for them. */
  rows?: number
  /** The expressions behind it, to look closer at in Explore. */
  explore?: string[]
  error?: string | null
  /** What to say when it was answered and there is nothing. */
  empty?: ReactNode
  className?: string
}

const LEGEND_HEAD = 26
const LEGEND_ROW = 22
const ALL_COLUMNS: LegendColumn[] = ['mean', 'max', 'last']

/** A chart in its card: title with the unit, what it says, the chart and its legend, in every state it can be in. */
export function ChartCard(props: Props) {
  const { words, language } = useWords()
  const { id, title, unit, series, lines, stack, explore, className = '' } = props
  const { stepMs, toMs } = usePageTime()
  const model = useMemo(
    () => (series ? chartModel({ unit, series, lines, stack, stepMs, toMs, language }) : null),
    [unit, series, lines, stack, stepMs, toMs, language],
  )
  const unitName = model ? (words.units[model.unit.name] ?? model.unit.name) : ''
  return (
    <section className={`card ${className}`} aria-label={title} data-card={id}>
      <header>
        <h2>{unitName === '' || model?.pointCount === 0 ? title : `${title}, ${unitName}`}</h2>
        {props.says !== undefined && <span className="t3">{props.says}</span>}
        <span className="sp" />
        {explore && <ExploreLink expressions={explore} />}
      </header>
      <div className="in">
        <ChartBody {...props} model={model} />
      </div>
    </section>
  )
}

/** The way to the same data in Explore. */
function ExploreLink({ expressions }: { expressions: string[] }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  return (
    <Link className="sm" to={linkTo('/explore', search, { expr: expressions })}>
      {words.chart.explore}
    </Link>
  )
}

function ChartBody(props: Props & { model: ReturnType<typeof chartModel> | null }) {
  const { words } = useWords()
  const { model, height = 150, columns = ALL_COLUMNS } = props
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const shown = useMemo(() => (model ? isolate(model, chosen) : null), [model, chosen])
  if (!model || !shown) {
    if (props.error) return <EmptyState title={words.chart.failed}>{words.state.failedDetail(props.error)}</EmptyState>
    return <Skeleton kind="chart" height={height + LEGEND_HEAD + (props.rows ?? 2) * LEGEND_ROW} />
  }
  if (model.pointCount === 0) return props.empty ?? <EmptyState title={words.chart.noData} />
  const choose = (name: string, add: boolean) => setChosen(chooseNext(chosen, name, add))
  return (
    <>
      <Chart id={props.id} title={props.title} model={shown} marks={props.marks} fill={props.fill} height={height} />
      <Legend model={model} columns={columns} chosen={chosen} choose={choose} />
    </>
  )
}

function chooseNext(chosen: ReadonlySet<string>, name: string, add: boolean): Set<string> {
  if (!add) return chosen.size === 1 && chosen.has(name) ? new Set() : new Set([name])
  const next = new Set(chosen)
  if (!next.delete(name)) next.add(name)
  return next
}
