/**
 * Neumaier's compensated addition in the form that every sum of the engine uses: callers keep `sum` and `c` in
 * locals or columns, since a returned pair would be an object per sample. These two give the new values.
 */
export function kahanCompensation(inc: number, sum: number, c: number): number {
  const t = sum + inc
  if (t === Infinity || t === -Infinity) return 0
  return Math.abs(sum) >= Math.abs(inc) ? c + (sum - t + inc) : c + (inc - t + sum)
}

/**
 * What rounding took away from t = sum + value, by Knuth's TwoSum: the very number that kahanCompensation adds after a
 * comparison, without a branch. NaN where one of the three is infinite.
 */
export function roundingError(sum: number, value: number, t: number): number {
  const rounded = t - sum
  return sum - (t - rounded) + (value - rounded)
}

/** The compensated sum of values[lo … hi - 1]. */
export function kahanSum(values: Float64Array, lo: number, hi: number): number {
  let sum = 0
  let c = 0
  for (let i = lo; i < hi; i++) {
    const value = values[i]
    const t = sum + value
    c += roundingError(sum, value, t)
    sum = t
  }
  return Number.isFinite(sum) ? sum + c : kahanSumOfAny(values, lo, hi)
}

/** The same where an infinity may be met on the way. */
function kahanSumOfAny(values: Float64Array, lo: number, hi: number): number {
  let sum = 0
  let c = 0
  for (let i = lo; i < hi; i++) {
    c = kahanCompensation(values[i], sum, c)
    sum += values[i]
  }
  return isInfinite(sum) ? sum : sum + c
}

/** The mean of values[lo … hi - 1]: of the sum while that is finite, incrementally from where it would overflow. */
export function kahanMean(values: Float64Array, lo: number, hi: number): number {
  let sum = values[lo]
  let c = 0
  for (let i = lo + 1; i < hi; i++) {
    const value = values[i]
    const t = sum + value
    c += roundingError(sum, value, t)
    sum = t
  }
  return Number.isFinite(sum) ? sum / (hi - lo) + c / (hi - lo) : kahanMeanOfAny(values, lo, hi)
}

function kahanMeanOfAny(values: Float64Array, lo: number, hi: number): number {
  let sum = values[lo]
  let c = 0
  for (let i = lo + 1; i < hi; i++) {
    if (isInfinite(sum + values[i])) return incrementalMean(values, lo, i, hi, sum, c)
    c = kahanCompensation(values[i], sum, c)
    sum += values[i]
  }
  return sum / (hi - lo) + c / (hi - lo)
}

function incrementalMean(values: Float64Array, lo: number, from: number, hi: number, sum: number, c: number): number {
  let mean = sum / (from - lo)
  c /= from - lo
  for (let i = from; i < hi; i++) {
    const value = values[i]
    if (keepsInfiniteMean(mean, value)) continue
    const count = i - lo + 1
    const q = (count - 1) / count
    const inc = value / count
    const scaled = q * mean
    c = kahanCompensation(inc, scaled, q * c)
    mean = scaled + inc
  }
  return mean + c
}

/** Whether an infinite mean stays as it is when this value comes in. */
export function keepsInfiniteMean(mean: number, value: number): boolean {
  if (!isInfinite(mean)) return false
  if (isInfinite(value)) return mean > 0 === value > 0
  return value === value
}

/** Whether a number is +Inf or -Inf (NaN is not). */
export function isInfinite(value: number): boolean {
  return value === Infinity || value === -Infinity
}

/** The population variance of values[lo … hi - 1], Welford's way with compensation. */
export function kahanVariance(values: Float64Array, lo: number, hi: number): number {
  let mean = 0
  let meanC = 0
  let aux = 0
  let auxC = 0
  for (let i = lo; i < hi; i++) {
    const delta = values[i] - (mean + meanC)
    const step = delta / (i - lo + 1)
    meanC = kahanCompensation(step, mean, meanC)
    mean += step
    const square = delta * (values[i] - (mean + meanC))
    auxC = kahanCompensation(square, aux, auxC)
    aux += square
  }
  return (aux + auxC) / (hi - lo)
}
