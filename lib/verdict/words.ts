import type { Facts, Finding } from './finding.ts'

/** What a person reads about one finding. */
export interface Advice {
  /** What is wrong. */
  readonly title: string
  /** The numbers that show it. */
  readonly evidence: string
  /** What to do: a command, a line to change, a number to try. */
  readonly action: string
  /** The command in it, to copy. */
  readonly command?: string
}

/** One language: each verdict and each rule as whole sentences. */
export interface Catalogue {
  /** Its tag: `en`. */
  readonly language: string
  readonly verdicts: Readonly<Record<string, (say: Say) => string>>
  readonly rules: Readonly<Record<string, (say: Say) => Advice>>
  /** How many more there are than are shown. */
  readonly more: (count: number) => string
}

/** The facts of a sentence, formatted for one language. */
export class Say {
  readonly name: string
  readonly machine: string
  /** The kind of the object. */
  readonly kind: string
  readonly namespace: string
  readonly #facts: Facts
  readonly #locale: string

  constructor(locale: string, facts: Facts, object?: Finding['object']) {
    this.name = object?.name ?? ''
    this.machine = object?.machine ?? ''
    this.kind = object?.kind ?? ''
    this.namespace = object?.namespace ?? ''
    this.#facts = facts
    this.#locale = locale
  }

  /** The name without its namespace. */
  get bareName(): string {
    return this.name.slice(this.name.indexOf('/') + 1)
  }

  /** A number with at most so many digits after the point. */
  number(fact: string, digits = 0): string {
    return this.#format(this.value(fact), digits)
  }

  percent(fact: string): string {
    return `${this.#format(this.value(fact), 0)}%`
  }

  text(fact: string): string {
    return String(this.#facts[fact] ?? '')
  }

  value(fact: string): number {
    return Number(this.#facts[fact] ?? 0)
  }

  /** Whether the fact is there and neither empty nor 0. */
  has(fact: string): boolean {
    const value = this.#facts[fact]
    return value !== undefined && value !== '' && value !== 0
  }

  /** Seconds in the largest unit of which there is at least one: "19 minutes". */
  duration(fact: string): string {
    const seconds = Math.max(0, this.value(fact))
    const [unit, size] = units.find(([, least]) => seconds >= least) ?? (['second', 1] as const)
    const format = { style: 'unit', unit, unitDisplay: 'long' } as const
    return new Intl.NumberFormat(this.#locale, format).format(Math.floor(seconds / size))
  }

  /** Bytes in the largest unit in which they are at least 1. */
  bytes(fact: string): string {
    return this.size(this.value(fact))
  }

  size(bytes: number): string {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
    let at = 0
    for (; bytes >= 1024 && at < units.length - 1; at++) bytes /= 1024
    return `${this.#format(bytes, bytes < 10 && at > 0 ? 1 : 0)} ${units[at]}`
  }

  #format(value: number, digits: number): string {
    return new Intl.NumberFormat(this.#locale, { maximumFractionDigits: digits }).format(value)
  }
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** A memory limit to try: half as much again, in whole steps of 64 MiB. */
export function roomierMiB(limitBytes: number): number {
  return Math.max(64, Math.ceil((limitBytes * 1.5) / 2 ** 26) * 64)
}

/** A word of a command line: quoted where it must be. */
export function shell(name: string): string {
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`
}

/** Sentences that apply, one after the other. */
export function sentences(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(' ')
}
