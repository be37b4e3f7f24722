import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartMark, ChartModel } from '../lib/chart-model.ts'
import { roundSteps, stepLabel } from '../lib/round-steps.ts'
import { tickLabels, timeTicks } from '../lib/time-axis.ts'
import type { TimeSpan } from '../lib/time-range.ts'
import { drawLines, drawMarks } from './plot-overlay.ts'
import { plotColors, type PlotColors } from './plot-colors.ts'

/** What a plot draws now; read anew at each drawing. */
export interface PlotInput extends TimeSpan {
  model: ChartModel
  marks: ChartMark[]
  fill: boolean
  height: number
  utc: boolean
  language: string
}

/** What a plot tells the page. */
export interface PlotActs {
  zoom: (span: TimeSpan) => void
  zoomBack: () => void
  point: (pointed: { index: number; left: number; width: number } | null) => void
}

/** A plot on the page. */
export interface PlotHandle {
  update: () => void
  destroy: () => void
}

const LEFT = 44
const BOTTOM = 22
const TICK_ROOM = 76
const SHORTEST_DRAG = 4
const SYNC = 'page'

/** Draws a chart into an element and keeps its width; `read` gives what to draw. */
export function drawPlot(holder: HTMLElement, read: () => PlotInput, acts: PlotActs): PlotHandle {
  const colors = plotColors()
  const pointer = { over: false, pressed: false }
  const plot = new uPlot(
    optionsOf(holder.clientWidth || 600, read, colors, acts, pointer),
    dataOf(read().model),
    holder,
  )
  listen(plot, acts, pointer)
  const observer = new ResizeObserver(() => {
    const width = holder.clientWidth
    if (width > 0 && Math.abs(width - plot.width) > 1) plot.setSize({ width, height: read().height })
  })
  observer.observe(holder)
  return {
    update: () => plot.setData(dataOf(read().model)),
    destroy: () => {
      observer.disconnect()
      plot.destroy()
    },
  }
}

function dataOf(model: ChartModel): uPlot.AlignedData {
  return [model.times, ...model.series.map(({ tops }) => tops)] as uPlot.AlignedData
}

interface Pointer {
  over: boolean
  pressed: boolean
}

function optionsOf(
  width: number,
  read: () => PlotInput,
  colors: PlotColors,
  acts: PlotActs,
  pointer: Pointer,
): uPlot.Options {
  const { model, fill, height } = read()
  return {
    width,
    height,
    ms: 1,
    padding: [14, 16, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: SYNC, scales: ['x', null] },
      drag: { x: true, y: false, setScale: false },
      points: { size: 5 },
      bind: { dblclick: () => null },
    },
    scales: {
      x: { time: true, range: () => [read().fromMs, read().toMs] },
      y: { range: () => [read().model.low, read().model.high] },
    },
    axes: [timeAxis(read, colors), valueAxis(read, colors)],
    series: [{}, ...model.series.map((_, i) => seriesOptions(model, i, fill, colors))],
    bands: model.stack ? bandsOf(model, colors) : [],
    hooks: {
      draw: [
        (plot) => drawMarks(plot, read().marks, colors),
        (plot) => drawLines(plot, read().model, read().language, colors),
      ],
      setSelect: [(plot) => select(plot, acts, pointer)],
      setCursor: [(plot) => tell(plot, acts, pointer)],
    },
  }
}

function seriesOptions(model: ChartModel, i: number, fill: boolean, colors: PlotColors): uPlot.Series {
  const { color, dashed } = model.series[i]
  const stroke = colors.series(color)
  const area = model.stack && i === 0 ? 0.28 : fill && !model.stack && !dashed ? 0.1 : 0
  return {
    stroke,
    width: 1.5,
    dash: dashed ? [4, 3] : undefined,
    fill: area > 0 ? colors.faint(color, area) : undefined,
    points: { show: (_plot, _series, from, to) => to - from < 2, size: 4, fill: stroke },
    spanGaps: false,
  }
}

/** Between each part of a stack and the part below it. */
function bandsOf(model: ChartModel, colors: PlotColors): uPlot.Band[] {
  return model.series.slice(1).map(({ color }, i) => ({ series: [i + 2, i + 1], fill: colors.faint(color, 0.28) }))
}

function timeAxis(read: () => PlotInput, colors: PlotColors): uPlot.Axis {
  return {
    stroke: colors.label,
    font: colors.font,
    size: BOTTOM,
    gap: 3,
    grid: { show: false },
    ticks: { stroke: colors.tick, width: 1, size: 3 },
    splits: (plot) => timeTicks(read().fromMs, read().toMs, Math.max(1, (plot.width - LEFT) / TICK_ROOM), read().utc),
    values: (_plot, splits) => tickLabels(splits, read().utc, read().language),
  }
}

function valueAxis(read: () => PlotInput, colors: PlotColors): uPlot.Axis {
  const steps = () => {
    const { model } = read()
    return roundSteps(model.unit.kind, model.low, model.high, model.unit.size)
  }
  return {
    stroke: colors.label,
    font: colors.font,
    size: (_plot, labels) => Math.max(LEFT, ...(labels ?? []).map((label) => label.length * 6.5 + 14)),
    gap: 4,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
    splits: steps,
    values: (_plot, splits) => splits.map((value) => stepLabel(value, splits, read().model.unit.size, read().language)),
  }
}

function listen(plot: uPlot, acts: PlotActs, pointer: Pointer): void {
  plot.over.addEventListener('mouseenter', () => (pointer.over = true))
  plot.over.addEventListener('mouseleave', () => {
    pointer.over = false
    acts.point(null)
  })
  plot.over.addEventListener('mousedown', () => (pointer.pressed = true))
  plot.over.addEventListener('dblclick', () => acts.zoomBack())
}

/** All charts of the page hear of a drag; the one it began on speaks for them. */
function select(plot: uPlot, acts: PlotActs, pointer: Pointer): void {
  const { left, width } = plot.select
  if (width === 0) return
  const span = { fromMs: plot.posToVal(left, 'x'), toMs: plot.posToVal(left + width, 'x') }
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  if (pointer.pressed && width >= SHORTEST_DRAG) acts.zoom(span)
  pointer.pressed = false
}

function tell(plot: uPlot, acts: PlotActs, pointer: Pointer): void {
  const { idx, left } = plot.cursor
  if (!pointer.over || idx === null || idx === undefined || left === undefined || left < 0) return
  acts.point({ index: idx, left: left + plot.bbox.left / uPlot.pxRatio, width: plot.width })
}
