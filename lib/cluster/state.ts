import type { ObjectState, StateWord } from './views.ts'

/** A state, and until when it holds if no record changes. */
export interface StateNow {
  readonly state: ObjectState
  readonly untilMs: number
}

type Facts = Readonly<Record<string, string | number | undefined>>

/** A state with those of its facts that say something. */
export function stateOf(level: ObjectState['level'], word: StateWord, facts: Facts = {}): ObjectState {
  const said = Object.entries(facts).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '',
  )
  return { level, word, facts: Object.fromEntries(said) }
}

/** A state that holds until a record changes. */
export function lasting(state: ObjectState): StateNow {
  return { state, untilMs: Number.POSITIVE_INFINITY }
}
