import type { RangeSeries, VectorSeries } from '../columns.ts'
import type { RangeCall } from './range-call.ts'

export function extendedRate(_i: RangeSeries, _o: VectorSeries, _c: RangeCall, _a: boolean, _b: boolean): void {}
