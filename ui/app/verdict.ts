import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { loadCatalogue, sayVerdict, type Finding, type SpokenVerdict, type VerdictReport } from '#lib/verdict'
import { objectPath } from '../lib/object-path.ts'
import { containerPath, linkTo } from '../lib/url-state.ts'
import type { Need } from '../parts/needs-you.tsx'
import type { Level } from '../parts/status.tsx'
import { useVerdictReport } from './data.ts'
import { useWords, type Language } from './words.ts'

/** The verdict in words. */
export interface SaidVerdict {
  level: Level
  sentence: string
  needs: Need[]
  more: number
}

const LEVELS: Record<VerdictReport['verdict']['id'], Level> = {
  'all-fine': 'ok',
  'needs-attention': 'crit',
  watch: 'warn',
  'no-data': 'idle',
}

/** The verdict of the machine, in the language of the page. */
export function useVerdict(): { verdict: SaidVerdict | undefined; error: string | null } {
  const { language } = useWords()
  const [search] = useSearchParams()
  const { data, error } = useVerdictReport<VerdictReport>()
  const catalogue = useCatalogue(language)
  const verdict = useMemo<SaidVerdict | undefined>(() => {
    if (!data?.verdict || !catalogue.data) return undefined
    const said = sayVerdict(data, catalogue.data)
    return {
      level: LEVELS[data.verdict.id],
      sentence: said.sentence,
      needs: said.needs.map((need) => needOf(need, search)),
      more: data.more,
    }
  }, [data, catalogue.data, search])
  return { verdict, error: error ?? catalogue.error?.message ?? null }
}

/** The sentences of a language: they are large, and come while the first report is asked for. */
function useCatalogue(language: Language) {
  return useQuery({
    queryKey: ['sentences', language],
    queryFn: () => loadCatalogue(language),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  })
}

function needOf({ finding, title, evidence, action }: SpokenVerdict['needs'][number], search: URLSearchParams): Need {
  return {
    id: idOf(finding),
    level: finding.severity === 'critical' ? 'crit' : 'warn',
    title,
    detail: evidence,
    advice: action,
    path: pathOf(finding, search),
  }
}

/** One object may lack two things: what tells them apart is in the facts. */
function idOf({ rule, object, facts }: Finding): string {
  const { container, name, volume, budget } = facts
  return [rule, object.name, container, name, volume, budget].filter((part) => part !== undefined).join(' ')
}

/** The page that shows the object of a finding, where there is one. */
function pathOf({ object }: Finding, search: URLSearchParams): string | undefined {
  const { kind, name, namespace, pod } = object
  if (kind === 'target') return linkTo('/status', search, { only: 'failing' })
  if (namespace === undefined) return kind === 'container' ? linkTo(containerPath(name), search) : undefined
  const bare = name.slice(name.indexOf('/') + 1)
  // What has no page of its own, such as a claim, is shown by a pod that waits for it.
  const shown = { kind, namespace, name: bare }
  const path = objectPath(shown) ?? (pod === undefined ? null : objectPath({ ...shown, kind: 'pod', name: pod }))
  return path === null ? undefined : linkTo(path, search)
}
