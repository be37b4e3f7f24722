import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { usePageTime } from '../app/time.ts'
import { useWords } from '../app/words.ts'
import type { ChartMark, ChartModel } from '../lib/chart-model.ts'
import { ChartTip } from './chart-tip.tsx'
import { drawPlot, type PlotHandle } from './plot.ts'
import './chart.css'

interface Props {
  /** A stable name, for links and tests. */
  id: string
  /** What it shows, for those who cannot see it. */
  title: string
  model: ChartModel
  marks?: ChartMark[]
  fill?: boolean
  height: number
}

/** What the pointer stands on: a point of time, and where on the page. */
export interface Pointed {
  index: number
  left: number
  width: number
}

const NO_MARKS: ChartMark[] = []

/** A chart of uPlot: one crosshair with all others of the page, a drag zooms them all. */
export function Chart({ id, title, model, marks = NO_MARKS, fill = false, height }: Props) {
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<PlotHandle | null>(null)
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const { language, words } = useWords()
  const { fromMs, toMs, utc, zoom, zoomBack } = usePageTime()
  const scheme = useComputedColorScheme('light')
  const shape = model.series.map(({ name, color, dashed }) => `${name} ${color} ${dashed}`).join('\n')
  const input = { model, marks, fill, height, fromMs, toMs, utc, language }
  const latest = useRef(input)
  latest.current = input
  const acts = useRef({ zoom, zoomBack })
  acts.current = { zoom, zoomBack }

  useEffect(() => {
    if (!holder.current) return
    const drawn = drawPlot(holder.current, () => latest.current, {
      zoom: (span) => acts.current.zoom(span),
      zoomBack: () => acts.current.zoomBack(),
      point: setPointed,
    })
    plot.current = drawn
    return () => {
      plot.current = null
      drawn.destroy()
    }
    // a plot is made anew only when its lines or colours change; data, scale and range flow into it below
  }, [shape, model.stack, scheme, fill, height])

  useEffect(() => plot.current?.update(), [model, marks, fromMs, toMs, utc, language])
  return (
    <div className="chart" data-chart={id} data-points={model.pointCount} data-series={model.series.length}>
      <div ref={holder} role="img" aria-label={title} title={words.chart.zoomHint} style={{ height }} />
      {pointed && <ChartTip model={model} pointed={pointed} />}
    </div>
  )
}
