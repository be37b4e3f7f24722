import { useMemo } from 'react'
import type { Need } from '../parts/needs-you.tsx'
import type { Level } from '../parts/status.tsx'
import { useVerdictReport } from './data.ts'
import { useWords } from './words.ts'

/** The verdict in words. */
export interface SaidVerdict {
  level: Level
  sentence: string
  needs: Need[]
  more: number
}

/** The verdict of the machine in the language of the page. */
export function useVerdict(): { verdict: SaidVerdict | undefined; error: string | null } {
  const { language } = useWords()
  const { data, error } = useVerdictReport<{ entries: unknown[] }>()
  const verdict = useMemo<SaidVerdict | undefined>(
    () => (data ? { level: 'ok', sentence: 'This machine is healthy. ' + language, needs: [], more: 0 } : undefined),
    [data, language],
  )
  return { verdict, error }
}
