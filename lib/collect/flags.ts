/** A flag as the command line shows it; `name` has no leading dashes. */
export interface FlagSpec {
  readonly name: string
  readonly type: 'bool' | 'string' | 'strings'
  readonly default: boolean | string | readonly string[]
  readonly help: string
}

/** Flags that were given, by name without dashes. */
export type FlagMap = Readonly<Record<string, boolean | string | readonly string[] | undefined>>

/** A flag the user wrote that does not exist or has a value of the wrong kind. */
export class FlagError extends Error {
  readonly code = 'flag'
  constructor(flag: string, problem: string) {
    super(`--${flag}: ${problem}`)
    this.name = 'FlagError'
  }
}

/** Reads flags by name; one that was not given has its default. */
export class FlagValues {
  readonly #values = new Map<string, boolean | string | readonly string[]>()

  constructor(specs: readonly FlagSpec[], given: FlagMap) {
    for (const spec of specs) this.#values.set(spec.name, given[spec.name] ?? spec.default)
  }

  bool(name: string): boolean {
    const value = this.#values.get(name)
    return value === true || value === 'true'
  }

  text(name: string): string {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : ''
  }

  list(name: string): readonly string[] {
    const value = this.#values.get(name)
    if (typeof value === 'string') return value === '' ? [] : [value]
    return Array.isArray(value) ? value : []
  }
}

/** A flag with a text as value. */
export function textFlag(name: string, fallback: string, help: string): FlagSpec {
  return { name, type: 'string', default: fallback, help }
}

/** A flag that is on or off. */
export function boolFlag(name: string, fallback: boolean, help: string): FlagSpec {
  return { name, type: 'bool', default: fallback, help }
}
