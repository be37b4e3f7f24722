import { KEY_SEPARATOR } from '#lib/model'
import type { FamilyType } from './family.ts'
import type { OpenMetricsParser } from './openmetrics-parser.ts'

const CREATED = '_created'

/**
 * When the series of a family began: its `_created` lines, which stand behind the series that they tell of. A family is
 * read ahead once, when the first of its series is asked for.
 */
export class CreatedTimes {
  /** A second parser of the same body. */
  readonly #ahead: OpenMetricsParser
  readonly #starts: Map<string, number>
  #from: number
  #to: number

  constructor(ahead: OpenMetricsParser) {
    this.#ahead = ahead
    this.#starts = new Map()
    this.#from = 0
    this.#to = 0
  }

  /** The beginning of the series that stands at `at`, in milliseconds; 0 where none is told. */
  find(name: string, pairs: readonly string[], at: number, family: string, type: FamilyType): number {
    if (!name.startsWith(family)) return 0
    if (at < this.#from || at >= this.#to) this.#read(at, family, type)
    return this.#starts.get(keyOf(family, pairs, type)) ?? 0
  }

  #read(at: number, family: string, type: FamilyType): void {
    const ahead = this.#ahead
    this.#starts.clear()
    this.#from = at
    ahead.resume(at, family, type)
    while (ahead.next() && ahead.kind === 'series') {
      this.#to = ahead.pos
      if (!ahead.isCreated) continue
      const key = keyOf(ahead.name.slice(0, -CREATED.length), ahead.pairs, type)
      this.#starts.set(key, Math.trunc(ahead.value * 1000))
    }
    ahead.err = ''
  }
}

/** All series of one histogram or summary have one key. */
function keyOf(base: string, pairs: readonly string[], type: FamilyType): string {
  const bound = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : ''
  let key = base
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] !== bound) key += KEY_SEPARATOR + pairs[i] + KEY_SEPARATOR + pairs[i + 1]
  }
  return key
}
