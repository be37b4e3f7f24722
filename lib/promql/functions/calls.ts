import { absentCompilers } from './absent.ts'
import type { CallCompiler } from './call-compiler.ts'
import { floatCompilers } from './floats.ts'
import { classicHistogramCompilers } from './histogram-classic.ts'
import { histogramPartCompilers } from './histogram-parts.ts'
import { infoCompilers } from './info.ts'
import { labelCompilers } from './labels.ts'
import { scalarCompilers } from './scalars.ts'
import { sortCompilers } from './sort.ts'
import { timestampCompilers } from './timestamps.ts'

/** The functions that are not simply over a range, by name. */
export const callCompilers: ReadonlyMap<string, CallCompiler> = new Map(
  Object.entries({
    ...absentCompilers,
    ...classicHistogramCompilers,
    ...floatCompilers,
    ...histogramPartCompilers,
    ...infoCompilers,
    ...labelCompilers,
    ...scalarCompilers,
    ...sortCompilers,
    ...timestampCompilers,
  }),
)
