import type { FloatHistogram } from '#lib/model'
export function histogramText(_h: FloatHistogram): string { return '' }
