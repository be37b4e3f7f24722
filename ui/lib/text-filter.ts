/** One condition of the filter bar: a label, a measure, or a free word. */
export type FilterTerm =
  | { kind: 'label'; name: string; op: '=' | '!=' | '=~' | '!~'; value: string }
  | { kind: 'measure'; name: string; op: '>' | '<'; value: number; percent: boolean }
  | { kind: 'word'; value: string }

/** What a filter is asked about a row. */
export interface FilterSubject {
  /** All that a free word may be found in. */
  text: string
  labels: Record<string, string>
  /** A measure in its base unit, or as a share of its limit in percent; null when it has none. */
  measure: (name: string, percent: boolean) => number | null
}

const LABEL = /^([A-Za-z_][\w.\-/]*)\s*(=~|!~|!=|=)\s*(.+)$/
const MEASURE = /^([A-Za-z]+)\s*([><])\s*(\d+(?:\.\d+)?)\s*(%|MiB|GiB|KiB)?$/
const SIZES: Record<string, number> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** Reads one condition as a person types it: `app = web`, `memory > 80%`, `postgres`. */
export function parseTerm(text: string): FilterTerm | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const measure = MEASURE.exec(trimmed)
  if (measure) {
    const [, name, op, amount, unit] = measure
    const value = Number(amount) * (SIZES[unit ?? ''] ?? 1)
    return { kind: 'measure', name: name.toLowerCase(), op: op as '>' | '<', value, percent: unit === '%' }
  }
  const label = LABEL.exec(trimmed)
  if (label) return { kind: 'label', name: label[1], op: label[2] as '=', value: label[3].trim() }
  return { kind: 'word', value: trimmed.toLowerCase() }
}

/** Whether a row meets every condition. */
export function matchesAll(terms: FilterTerm[], subject: FilterSubject): boolean {
  return terms.every((term) => matches(term, subject))
}

function matches(term: FilterTerm, subject: FilterSubject): boolean {
  if (term.kind === 'word') return subject.text.toLowerCase().includes(term.value)
  if (term.kind === 'measure') {
    const value = subject.measure(term.name, term.percent)
    return value !== null && (term.op === '>' ? value > term.value : value < term.value)
  }
  const value = subject.labels[term.name] ?? ''
  if (term.op === '=' || term.op === '!=') return (value === term.value) === (term.op === '=')
  return wildcard(term.value, value) === (term.op === '=~')
}

/** Alternatives with `.*` or `*` as any text: all of a pattern that a filter needs, and nothing that could hang. */
function wildcard(pattern: string, value: string): boolean {
  return pattern.split('|').some((one) => {
    const pieces = one.replaceAll('.*', '*').split('*')
    if (!value.startsWith(pieces[0])) return false
    let at = pieces[0].length
    for (const piece of pieces.slice(1, -1)) {
      const found = value.indexOf(piece, at)
      if (found < 0) return false
      at = found + piece.length
    }
    const end = pieces.length > 1 ? pieces.at(-1)! : ''
    return pieces.length === 1 ? value === one : value.length - end.length >= at && value.endsWith(end)
  })
}
