/** What tasks waited for a resource: `some` of them, or all (`full`). */
export interface Pressure {
  readonly some?: PressureLine
  readonly full?: PressureLine
}

export interface PressureLine {
  readonly avg10: number
  readonly avg60: number
  readonly avg300: number
  readonly totalUs: bigint
}

const pattern = /^(some|full) avg10=([0-9.]+) avg60=([0-9.]+) avg300=([0-9.]+) total=([0-9]+)$/

/** Reads a `*.pressure` file; a kernel without pressure accounting gives lines that are skipped. */
export function parsePressure(text: string): Pressure {
  const lines: { some?: PressureLine; full?: PressureLine } = {}
  for (const line of text.split('\n')) {
    const match = pattern.exec(line.trim())
    if (match === null) continue
    const kind = match[1] === 'some' ? 'some' : 'full'
    lines[kind] = {
      avg10: Number(match[2]),
      avg60: Number(match[3]),
      avg300: Number(match[4]),
      totalUs: BigInt(match[5]),
    }
  }
  return lines
}
