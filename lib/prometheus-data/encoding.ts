/** How a chunk keeps its samples: a byte before its data. */
export const encoding = {
  xor: 1,
  histogram: 2,
  floatHistogram: 3,
  xor2: 4,
  histogramStarts: 5,
  floatHistogramStarts: 6,
} as const
