import { Say } from './words.ts'

import type { Finding, VerdictReport } from './finding.ts'
import type { Advice, Catalogue } from './words.ts'

export type Language = 'en' | 'ko'

/** A report in words. */
export interface SpokenVerdict {
  readonly sentence: string
  readonly needs: readonly (Advice & { readonly finding: Finding })[]
  /** How many more there are, as words; empty where there are none. */
  readonly more: string
}

/** The sentences of a language: a page loads those of its own only. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  return language === 'ko' ? (await import('./catalogue-ko.ts')).korean : (await import('./catalogue-en.ts')).english
}

/** The report as sentences, the same in browser and CLI. */
export function sayVerdict(report: VerdictReport, catalogue: Catalogue): SpokenVerdict {
  const { id, facts } = report.verdict
  return {
    sentence: catalogue.verdicts[id](new Say(catalogue.language, facts)),
    needs: report.needs.map((finding) => ({ ...sayFinding(finding, catalogue), finding })),
    more: report.more === 0 ? '' : catalogue.more(report.more),
  }
}

/** One finding as title, evidence and action. */
export function sayFinding(finding: Finding, catalogue: Catalogue): Advice {
  return catalogue.rules[finding.rule](new Say(catalogue.language, finding.facts, finding.object))
}
