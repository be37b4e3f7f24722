import type { FloatHistogram } from '#lib/model'
import type { Annotations } from '../annotations.ts'
import type { Span } from '../ast.ts'
export class HistogramSum {
  constructor(_isMean: boolean) {}
  add(_h: FloatHistogram): void {}
  remark(_a: Annotations, _s: Span, _m: string, _o: string): void {}
  result(): FloatHistogram | undefined { return undefined }
}
