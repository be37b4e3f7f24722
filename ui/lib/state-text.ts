import type { ObjectState } from '#lib/cluster'
import type { SaidFacts } from '../words/en-resources.ts'
import type { Words } from '../words/en.ts'
import { shortAge, wholeNumber } from './format.ts'
import type { RowState } from './resource-row.ts'
import { withUnit } from './units.ts'

/** A state as a person says it: “Pulling image, 11 s”. */
export function stateText(state: RowState, words: Words, nowMs: number, language: string): string {
  return words.resources.states[state.word](saidFacts(state.facts, nowMs, language))
}

/** A level as the parts of the page know it. */
export function levelOfState({ level }: Pick<ObjectState, 'level'>): 'ok' | 'warn' | 'crit' | 'idle' {
  if (level === 'critical') return 'crit'
  return level === 'warning' ? 'warn' : level
}

/** Facts as sentences take them: the unit in a name decides how its number is written, and leaves the name. */
export function saidFacts(facts: ObjectState['facts'], nowMs: number, language: string): SaidFacts {
  const { startedMs, finishedMs } = facts
  const took =
    typeof startedMs === 'number' && typeof finishedMs === 'number' && startedMs > 0 && finishedMs - startedMs >= 1000
      ? { tookSeconds: (finishedMs - startedMs) / 1000 }
      : {}
  return Object.fromEntries(
    Object.entries({ ...facts, ...took }).flatMap(([name, value]) => {
      const stem = name.replace(UNIT, '')
      const said = typeof value === 'string' ? value || undefined : number(name, value, nowMs, language)
      return said === undefined ? [] : [[stem, said]]
    }),
  )
}

const UNIT = /(?<=.)(Ms|Seconds|Bytes|Cores|Percent)$/

function number(name: string, value: number, nowMs: number, language: string): string | undefined {
  if (name.endsWith('Ms')) return moment(value, name === 'untilMs', nowMs, language)
  if (name.endsWith('Seconds')) return shortAge(value * 1000, language)
  if (name.endsWith('Bytes')) return withUnit('bytes', value, language)
  if (name.endsWith('Cores')) return withUnit('cores', value, language)
  if (/percent$/i.test(name)) return `${Math.round(value)}%`
  return wholeNumber(value, language)
}

/** How long since a moment, or until one that is to come: what has passed is not said to come. */
function moment(atMs: number, isToCome: boolean, nowMs: number, language: string): string | undefined {
  if (atMs <= 0) return undefined
  if (isToCome) return atMs > nowMs ? shortAge(atMs - nowMs, language) : undefined
  return shortAge(Math.max(0, nowMs - atMs), language)
}

/** Whether what a state says changes with time: not what runs well and says no more than that. */
export function isTicking({ level, facts }: RowState): boolean {
  if (level === 'ok' && facts['finishedMs'] === undefined && facts['lastScheduledMs'] === undefined) return false
  return Object.keys(facts).some((name) => name.endsWith('Ms'))
}
