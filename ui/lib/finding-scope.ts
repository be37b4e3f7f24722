import { summarise, type FindingList, type FindingObject, type VerdictReport } from '#lib/verdict'
import { objectPath } from './object-path.ts'

/** How many findings a page shows before the rest becomes “and 14 more”. */
const MOST_SHOWN = 5

/** What reaches beyond namespaces, and so belongs to each of them. */
const OF_ALL = new Set(['cluster', 'node', 'apiservice', 'machine'])

/** Which part of what is found a page shows. */
export interface FindingScope {
  /** Narrowed to these; none: everything. */
  namespaces: readonly string[]
  /** With every finding, and not only those that need you most. */
  all: boolean
  /** This machine only, where a cluster is watched as well. */
  isMachine?: boolean
}

/** The report over a part of what is found, or with all that there is to say. */
export function reportOf(list: FindingList, { namespaces, all, isMachine = false }: FindingScope): VerdictReport {
  const isNarrow = isMachine || namespaces.length > 0
  const findings = isMachine
    ? list.findings.filter(({ object }) => object.namespace === undefined)
    : list.findings.filter(({ object }) => !isNarrow || isWithin(object, namespaces))
  const needs = all ? findings : findings.slice(0, MOST_SHOWN)
  const hasNoData = list.verdict.id === 'no-data'
  return {
    verdict: isNarrow && !hasNoData ? summarise(findings).verdict : list.verdict,
    needs,
    more: findings.length - needs.length + (isNarrow ? 0 : list.more),
  }
}

/** Whether a finding is of these namespaces, or of what all of them stand on. */
export function isWithin({ kind, name, namespace }: FindingObject, namespaces: readonly string[]): boolean {
  if (kind === 'namespace') return namespaces.includes(name)
  return namespace ? namespaces.includes(namespace) : OF_ALL.has(kind)
}

/** The page of an object of the cluster, else of the pod that shows what is wrong with it, else of its namespace. */
export function findingPath({ kind, name, namespace = '', pod }: FindingObject): string | null {
  const bare = name.slice(name.indexOf('/') + 1)
  const own = kind === 'container' ? null : objectPath({ kind, namespace, name: bare })
  if (own !== null || namespace === '') return own
  return pod === undefined
    ? objectPath({ kind: 'namespace', namespace: '', name: namespace })
    : objectPath({ kind: 'pod', namespace, name: pod })
}

/** The action without its command, which is shown on its own; a sentence either way. */
export function adviceWithout(action: string, command: string | undefined): string {
  if (command === undefined || !action.endsWith(`: ${command}`)) return action
  const words = action.slice(0, -command.length - 2)
  return /[.。]$/.test(words) ? words : `${words}.`
}
