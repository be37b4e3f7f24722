import { availableParallelism, loadavg } from 'node:os'
import type { ClusterView, PodView, WorkloadView } from '#lib/cluster'
import { type FindingList, loadCatalogue, sayFinding } from '#lib/verdict'
import type { Cluster } from './cluster.ts'
import { Program, type Reader, type StartOptions, until } from './program.ts'

/** Starts `binnacle up` as a person would, with the kubeconfig of a cluster. */
export async function watch(cluster: Cluster, options: StartOptions = {}): Promise<Program> {
  const hasConfig = options.args?.some((arg) => arg.startsWith('--kube.config=')) ?? false
  const config = hasConfig ? [] : [`--kube.config=${cluster.kubeconfig}`]
  return Program.start({ ...options, args: [...config, ...(options.args ?? [])] })
}

/** How much longer than on a machine at rest something may take: promises in seconds are made for one at rest. */
export function patience(): number {
  const load = Math.max(...loadavg().slice(0, 2)) / availableParallelism()
  return Math.min(8, Math.max(1, load))
}

/** What the pages are given, by path below /api/ui/v1/. */
export async function page<T>(program: Reader, path: string, read: (json: unknown) => T = (json) => json as T) {
  const { status, text } = await program.get(`/api/ui/v1/${path}`)
  if (status !== 200) throw new Error(`/api/ui/v1/${path}: ${status} ${text.slice(0, 500)}`)
  return read(JSON.parse(text))
}

export const clusterPage = (program: Reader) => page<ClusterView>(program, 'cluster')
export const podsPage = (program: Reader) => page<PodView[]>(program, 'cluster/pods', rowsOf)
export const workloadsPage = (program: Reader) => page<WorkloadView[]>(program, 'cluster/workloads', rowsOf)

/** Lists are given as rows beside their version. */
export function rowsOf<T>(json: unknown): T[] {
  return (json as { rows: T[] }).rows
}

/** What is wrong, each as its rule, its object and its English sentences. */
export interface SaidFinding {
  readonly rule: string
  readonly severity: string
  readonly object: string
  readonly text: string
}

export async function saidFindings(program: Reader): Promise<SaidFinding[]> {
  const [{ findings }, catalogue] = await Promise.all([page<FindingList>(program, 'findings'), loadCatalogue('en')])
  return findings.map((finding) => ({
    rule: finding.rule,
    severity: finding.severity,
    object: `${finding.object.kind} ${finding.object.name}`.trim(),
    text: Object.values(sayFinding(finding, catalogue)).flat().join(' | '),
  }))
}

/** Waits until a query has an answer, and gives its values. */
export function answered(program: Reader, seconds: number, expr: string) {
  return until(seconds, expr, async () => {
    const result = await program.query(expr)
    return result.length > 0 && result
  })
}
