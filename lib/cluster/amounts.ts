import { type Fields, fields, number } from './fields.ts'
import { parseQuantity } from './quantity.ts'
import type { Amounts } from './records.ts'

const resources = { cpu: 'cpu', memory: 'memory', ephemeralStorage: 'ephemeral-storage', pods: 'pods' } as const
type AmountName = keyof typeof resources
const amountNames = Object.keys(resources) as AmountName[]

/** The number of a quantity as JSON has it: a text, or a plain number. */
export function quantity(value: unknown): number | undefined {
  return typeof value === 'string' ? parseQuantity(value) : number(value, Number.NaN) || (value === 0 ? 0 : undefined)
}

/** The amounts of a ResourceList, such as requests or a node's capacity. */
export function amounts(value: unknown): Amounts {
  const list: Fields = fields(value)
  return pick((name) => quantity(list[resources[name]]))
}

/** Each amount of either, summed where both have it. */
export function sum(a: Amounts, b: Amounts): Amounts {
  return pick((name) => (a[name] === undefined ? b[name] : a[name] + (b[name] ?? 0)))
}

/** The larger of each amount. */
export function most(a: Amounts, b: Amounts): Amounts {
  return pick((name) => (a[name] === undefined ? b[name] : Math.max(a[name], b[name] ?? 0)))
}

/** The amounts of the first, and those of the second that the first has not. */
export function either(a: Amounts, b: Amounts): Amounts {
  return pick((name) => a[name] ?? b[name])
}

/** The amounts that a choice by name gives; those that it does not give are not there. */
export function pick(choose: (name: AmountName) => number | undefined): Amounts {
  const chosen: { -readonly [name in AmountName]?: number } = {}
  for (const name of amountNames) {
    const value = choose(name)
    // Sums of decimal fractions are kept to a billionth, as quantities are: 0.1 + 0.2 is 0.3.
    if (value !== undefined) chosen[name] = Number.isInteger(value) ? value : Math.round(value * 1e9) / 1e9
  }
  return chosen
}
