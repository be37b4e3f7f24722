import type { FloatHistogram } from '#lib/model'
export function detectReset(_a: FloatHistogram, _b: FloatHistogram): boolean { return false }
export function equalHistograms(_a: FloatHistogram, _b: FloatHistogram): boolean { return false }
