/** The tokens of the scheme in force, as a canvas needs them. */
export interface PlotColors {
  series: (color: number) => string
  faint: (color: number, opacity: number) => string
  grid: string
  tick: string
  label: string
  limit: string
  request: string
  mark: string
  critical: string
  surface: string
  font: string
}

/** Reads the tokens from the page. */
export function plotColors(): PlotColors {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return {
    series: (color) => token(`--c${color}`),
    faint: (color, opacity) => withOpacity(token(`--c${color}`), opacity),
    grid: token('--grid'),
    tick: token('--border-strong'),
    label: token('--text-3'),
    limit: token('--text'),
    request: token('--text-2'),
    mark: token('--accent'),
    critical: token('--crit'),
    surface: token('--surface'),
    font: `${token('--t-xs')} ${token('--sans')}`,
  }
}

function withOpacity(hex: string, opacity: number): string {
  const alpha = Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')
  return `${hex}${alpha}`
}
