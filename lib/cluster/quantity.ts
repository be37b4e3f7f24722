/**
 * Kubernetes' quantities (`250m`, `1Gi`, `1e3`, `.5`), as apimachinery's resource.Quantity reads them: at least a
 * billionth, at most 2^63-1 of their unit.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */

const FORM = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?\d{1,4}))$/

const binaryPowers: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }

const decimalPowers: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}

const LARGEST = 2 ** 63
const SMALLEST = 1e-9

/** The number that a quantity stands for; undefined for what is none. */
export function parseQuantity(text: string): number | undefined {
  const match = FORM.exec(text)
  if (!match) return undefined
  const [, sign, digits, binary, decimal, exponent] = match
  const value =
    binary === undefined
      ? Number(`${digits}e${exponent ?? decimalPowers[decimal]}`)
      : Number(digits) * 2 ** binaryPowers[binary]
  const kept = value === 0 ? 0 : Math.min(LARGEST, Math.max(SMALLEST, value))
  return sign === '-' && kept !== 0 ? -kept : kept
}
