import type { Facts, Finding } from './finding.ts'

/** What a person reads about one finding. */
export interface Advice {
  /** What is wrong. */
  readonly title: string
  /** The numbers that show it. */
  readonly evidence: string
  /** What to do: a command, a line to change, a number to try. */
  readonly action: string
}

/** One language: each verdict and each rule as whole sentences. */
export interface Catalogue {
  readonly verdicts: Readonly<Record<string, (say: Say) => string>>
  readonly rules: Readonly<Record<string, (say: Say) => Advice>>
}

/** The facts of a sentence, formatted for one language. */
export class Say {
  readonly name: string
  readonly machine: string
  readonly #facts: Facts
  readonly #locale: string

  constructor(locale: string, facts: Facts, object?: Finding['object']) {
    this.name = object?.name ?? ''
    this.machine = object?.machine ?? ''
    this.#facts = facts
    this.#locale = locale
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

/** A memory limit to try: half as much again, in whole steps of 64 MiB. */
export function roomierMiB(limitBytes: number): number {
  return Math.max(64, Math.ceil((limitBytes * 1.5) / 2 ** 26) * 64)
}
