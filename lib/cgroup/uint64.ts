import { CgroupFileError } from './cgroup-file-error.ts'

const digits = /^[0-9]{1,20}$/
const largest = 2n ** 64n - 1n
const exact = 2n ** 53n

/** The unsigned number that a whole file holds; whatever is none counts as 0, as for cAdvisor. */
export function looseUint64(text: string): bigint {
  if (!digits.test(text)) return 0n
  const value = BigInt(text)
  return value > largest ? largest : value
}

/** One unsigned 64-bit number of the kernel; throws where it is none. */
export function strictUint64(file: string, text: string): bigint {
  const trimmed = text.trim()
  if (!digits.test(trimmed)) throw new CgroupFileError(file, `${JSON.stringify(trimmed.slice(0, 40))} is not a number`)
  return BigInt(trimmed)
}

/** A limit: `max` is undefined. */
export function limitUint64(file: string, text: string): bigint | undefined {
  return text.trim() === 'max' ? undefined : strictUint64(file, text)
}

/** The nearest float to value / 10^power, also beyond 2^53, where a division of floats would round twice. */
export function scaleDown(value: bigint, power: number): number {
  return value < exact ? Number(value) / 10 ** power : Number(`${value}e-${power}`)
}
