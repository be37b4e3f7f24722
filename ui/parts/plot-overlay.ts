import uPlot from 'uplot'
import type { ChartMark, ChartModel } from '../lib/chart-model.ts'
import { withUnit } from '../lib/units.ts'
import type { PlotColors } from './plot-colors.ts'

/** Limits as dashed and requests as dotted lines; one too far up to draw is written at the top edge. */
export function drawLines(plot: uPlot, model: ChartModel, language: string, colors: PlotColors): void {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  let farText = ''
  ctx.save()
  for (const { name, value, kind, far } of model.lines) {
    if (far) {
      farText += `${farText === '' ? '' : ' · '}${name} ${withUnit(model.unit.kind, value, language)} ↑`
      continue
    }
    const y = Math.round(plot.valToPos(value, 'y', true))
    ctx.beginPath()
    ctx.strokeStyle = kind === 'limit' ? colors.limit : colors.request
    ctx.setLineDash(kind === 'limit' ? [6 * ratio, 3 * ratio] : [2 * ratio, 3 * ratio])
    ctx.lineWidth = 1.3 * ratio
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
  }
  if (farText !== '') writeAtEdge(plot, farText, colors)
  ctx.restore()
}

function writeAtEdge({ ctx, bbox }: uPlot, text: string, colors: PlotColors): void {
  const ratio = uPlot.pxRatio
  ctx.font = colors.font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`)
  ctx.textAlign = 'right'
  ctx.textBaseline = 'bottom'
  const right = bbox.left + bbox.width
  // marks may stand here: the words are read before them
  ctx.fillStyle = colors.surface
  const width = ctx.measureText(text).width + 6 * ratio
  ctx.fillRect(right - width, bbox.top - 14 * ratio, width, 12 * ratio)
  ctx.fillStyle = colors.limit
  ctx.fillText(text, right, bbox.top - 2 * ratio)
}

/** What happened, as a dotted line under a small flag. */
export function drawMarks(plot: uPlot, marks: ChartMark[], colors: PlotColors): void {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  ctx.save()
  for (const { atMs, critical } of marks) {
    const x = Math.round(plot.valToPos(atMs, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = ctx.fillStyle = critical ? colors.critical : colors.mark
    ctx.setLineDash([2 * ratio, 3 * ratio])
    ctx.lineWidth = ratio
    ctx.beginPath()
    ctx.moveTo(x, bbox.top - 6 * ratio)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.beginPath()
    ctx.moveTo(x - 4 * ratio, bbox.top - 11 * ratio)
    ctx.lineTo(x + 4 * ratio, bbox.top - 11 * ratio)
    ctx.lineTo(x, bbox.top - 5 * ratio)
    ctx.fill()
  }
  ctx.restore()
}
