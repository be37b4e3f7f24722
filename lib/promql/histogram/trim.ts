import type { FloatHistogram } from '#lib/model'
export function trimUpper(a: FloatHistogram, _f: number): FloatHistogram { return a }
export function trimLower(a: FloatHistogram, _f: number): FloatHistogram { return a }
