import type { FloatHistogram } from '#lib/model'
export interface HistogramNotes { collision: boolean; reconciled: boolean }
export function addHistograms(_a: FloatHistogram, _b: FloatHistogram, _n: HistogramNotes): FloatHistogram | undefined { return undefined }
export function subtractHistograms(_a: FloatHistogram, _b: FloatHistogram, _n: HistogramNotes): FloatHistogram | undefined { return undefined }
export function scaleHistogram(a: FloatHistogram, _f: number): FloatHistogram { return a }
export function divideHistogram(a: FloatHistogram, _f: number): FloatHistogram { return a }
