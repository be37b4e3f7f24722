import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import {
  loadCatalogue,
  sayVerdict,
  type Finding,
  type FindingList,
  type SpokenVerdict,
  type VerdictReport,
} from '#lib/verdict'
import { adviceWithout, findingPath, reportOf, type FindingScope } from '../lib/finding-scope.ts'
import { containerPath, linkTo } from '../lib/url-state.ts'
import type { Need } from '../parts/needs-you.tsx'
import type { Level } from '../parts/status.tsx'
import { useHasCluster } from './cluster.ts'
import { useFindings, useVerdictReport } from './data.ts'
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

const WHOLE: FindingScope = { namespaces: [], all: false }

/** The verdict over all that is watched, in the language of the page. */
export function useVerdict({ namespaces, all, isMachine = false }: FindingScope = WHOLE): {
  verdict: SaidVerdict | undefined
  error: string | null
} {
  const { language } = useWords()
  const [search] = useSearchParams()
  const hasCluster = useHasCluster()
  const isNarrow = isMachine || namespaces.length > 0
  const report = useVerdictReport<VerdictReport>()
  const list = useFindings<FindingList>(isNarrow || all)
  const catalogue = useCatalogue(language)
  const seen = useMemo(
    () => (list.data ? reportOf(list.data, { namespaces, all, isMachine }) : isNarrow ? undefined : report.data),
    [list.data, report.data, namespaces, isNarrow, isMachine, all],
  )
  const verdict = useMemo<SaidVerdict | undefined>(() => {
    if (!seen?.verdict || !catalogue.data) return undefined
    const said = sayVerdict(seen, catalogue.data)
    return {
      level: LEVELS[seen.verdict.id],
      sentence: said.sentence,
      needs: said.needs.map((need) => needOf(need, search, hasCluster && !isMachine)),
      more: seen.more,
    }
  }, [seen, catalogue.data, search, hasCluster, isMachine])
  return { verdict, error: report.error ?? (isNarrow ? list.error : null) ?? catalogue.error?.message ?? null }
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

function needOf(
  { finding, title, evidence, action, command }: SpokenVerdict['needs'][number],
  search: URLSearchParams,
  hasCluster: boolean,
): Need {
  return {
    id: idOf(finding),
    level: finding.severity === 'critical' ? 'crit' : 'warn',
    title,
    detail: evidence,
    advice: adviceWithout(action, command),
    command,
    sinceMs: finding.sinceMs,
    path: pathOf(finding, search, hasCluster),
  }
}

/** One object may lack two things: what tells them apart is in the facts. */
function idOf({ rule, object, facts }: Finding): string {
  const { container, name, volume, budget } = facts
  return [rule, object.name, container, name, volume, budget].filter((part) => part !== undefined).join(' ')
}

/** What is shown on the machine's own page, where Home is the cluster's. */
const OF_MACHINE = new Set(['machine', 'disk', 'filesystem', 'interface'])

/** The page that shows the object of a finding, where there is one. */
function pathOf({ object }: Finding, search: URLSearchParams, hasCluster: boolean): string | undefined {
  const { kind, name, namespace } = object
  if (kind === 'machine' && name === 'Binnacle') return linkTo('/status', search)
  if (hasCluster && OF_MACHINE.has(kind)) return linkTo('/machine', search)
  if (kind === 'target') return linkTo('/status', search, { only: 'failing' })
  if (namespace === undefined && kind === 'container') return linkTo(containerPath(name), search)
  const path = findingPath(object)
  return path === null ? undefined : linkTo(path, search)
}
