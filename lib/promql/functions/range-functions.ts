import { changes, resets } from './changes.ts'
import { idelta, irate } from './instant-rate.ts'
import {
  countOverTime,
  firstOverTime,
  lastOverTime,
  madOverTime,
  maxOverTime,
  minOverTime,
  presentOverTime,
  quantileOverTime,
  stddevOverTime,
  stdvarOverTime,
  tsOfFirstOverTime,
  tsOfLastOverTime,
  tsOfMaxOverTime,
  tsOfMinOverTime,
} from './over-time.ts'
import type { RangeFunction } from './range-call.ts'
import { delta, increase, rate } from './rate.ts'
import { avgOverTime, sumOverTime } from './sum-over-time.ts'
import { deriv, doubleExponentialSmoothing, predictLinear } from './trend.ts'

/** The functions of one range and scalars. */
export const rangeFunctions: ReadonlyMap<string, RangeFunction> = new Map(
  Object.entries({
    rate,
    increase,
    delta,
    irate,
    idelta,
    changes,
    resets,
    deriv,
    predict_linear: predictLinear,
    double_exponential_smoothing: doubleExponentialSmoothing,
    holt_winters: doubleExponentialSmoothing,
    sum_over_time: sumOverTime,
    avg_over_time: avgOverTime,
    min_over_time: minOverTime,
    max_over_time: maxOverTime,
    count_over_time: countOverTime,
    present_over_time: presentOverTime,
    last_over_time: lastOverTime,
    first_over_time: firstOverTime,
    stddev_over_time: stddevOverTime,
    stdvar_over_time: stdvarOverTime,
    mad_over_time: madOverTime,
    quantile_over_time: quantileOverTime,
    ts_of_min_over_time: tsOfMinOverTime,
    ts_of_max_over_time: tsOfMaxOverTime,
    ts_of_first_over_time: tsOfFirstOverTime,
    ts_of_last_over_time: tsOfLastOverTime,
  }),
)
