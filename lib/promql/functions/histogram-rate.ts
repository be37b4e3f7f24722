import type { FloatHistogram } from '#lib/model'
import type { RangeSeries } from '../columns.ts'
import type { RangeCall } from './range-call.ts'

export function histogramRate(_i: RangeSeries, _c: RangeCall, _s: number, _a: boolean, _b: boolean): FloatHistogram | undefined { return undefined }
export function instantHistogramRate(_p: FloatHistogram, _l: FloatHistogram, _r: boolean, _rate: boolean, _s: number, _i: RangeSeries, _c: RangeCall): FloatHistogram | undefined { return undefined }
