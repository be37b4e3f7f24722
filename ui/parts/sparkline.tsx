import { decimate } from '../lib/decimate.ts'
import './sparkline.css'

interface Props {
  values: (number | null)[]
  /** What it shows, in words. */
  label: string
  limit?: number
  width?: number
  height?: number
}

/** One series without axes; the limit is a hairline where it is near enough to matter. */
export function Sparkline({ values, label, limit, width = 110, height = 22 }: Props) {
  const points = decimate(values, width / 2)
  const seen = points.filter((value) => value !== null)
  const peak = Math.max(0, ...seen)
  const near = limit !== undefined && limit > 0 && limit <= 3 * peak ? limit : undefined
  const high = Math.max(peak, near ?? 0) * 1.05 || 1
  const y = (value: number) => (height - 1.5 - (value / high) * (height - 3)).toFixed(1)
  const x = (i: number) => ((i / Math.max(1, points.length - 1)) * width).toFixed(1)
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      data-points={seen.length}
    >
      {runsOf(points).map((run) => {
        const line = run.map((i) => `${x(i)},${y(points[i]!)}`).join(' ')
        return (
          <g key={run[0]}>
            <polygon points={`${x(run[0])},${height} ${line} ${x(run.at(-1)!)},${height}`} />
            <polyline points={line} />
          </g>
        )
      })}
      {near !== undefined && <line x1="0" x2={width} y1={y(near)} y2={y(near)} />}
    </svg>
  )
}

/** The stretches between gaps, as lists of positions. */
function runsOf(points: (number | null)[]): number[][] {
  const runs: number[][] = []
  points.forEach((value, i) => {
    if (value === null) return
    if (i > 0 && points[i - 1] !== null) runs.at(-1)!.push(i)
    else runs.push([i])
  })
  return runs
}
