import type { Report } from './suite.ts'

/** What custom resources give. */
export function runCustomResourceCases(
  { cases }: { readonly cases: readonly { readonly id: string }[] },
  report: Report,
): void {
  for (const { id } of cases) report.skip(id, 'custom resources are not built')
}
