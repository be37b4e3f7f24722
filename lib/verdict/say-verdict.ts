import { english } from './catalogue-en.ts'
import { korean } from './catalogue-ko.ts'
import { Say } from './words.ts'

import type { Finding, VerdictReport } from './finding.ts'
import type { Advice } from './words.ts'

export type Language = 'en' | 'ko'

/** A report in words. */
export interface SpokenVerdict {
  readonly sentence: string
  readonly needs: readonly (Advice & { readonly finding: Finding })[]
  /** How many more there are, as words; empty where there are none. */
  readonly more: string
}

const catalogues = { en: english, ko: korean } as const

/** The report as sentences, the same in browser and CLI. */
export function sayVerdict(report: VerdictReport, language: Language): SpokenVerdict {
  const { verdicts } = catalogues[language]
  const { id, facts } = report.verdict
  const more = language === 'ko' ? `그 밖에 ${report.more}개` : `and ${report.more} more`
  return {
    sentence: verdicts[id](new Say(language, facts)),
    needs: report.needs.map((finding) => ({ ...sayFinding(finding, language), finding })),
    more: report.more === 0 ? '' : more,
  }
}

/** One finding as title, evidence and action. */
export function sayFinding(finding: Finding, language: Language): Advice {
  return catalogues[language].rules[finding.rule](new Say(language, finding.facts, finding.object))
}
