import type { AccessNote } from '#lib/cluster'
import type { ClusterRights, KubeletWay } from '#lib/kube'

/** What the notes on how a cluster is reached are made of. */
export interface NoteFacts {
  readonly user: string
  /** What a person should know of the access itself. */
  readonly notices: readonly string[]
  readonly rights: ClusterRights
  /** Whether the operator named the namespaces. */
  readonly isNarrowedByFlag: boolean
  readonly kubelets: readonly (readonly [node: string, way: KubeletWay])[]
  readonly proxyIntervalMs: number
  readonly podsWay: 'unknown' | 'direct' | 'api-server'
  readonly podsWhy: string
  /** Whether metrics.k8s.io is asked, and its last failure. */
  readonly isBlind: boolean
  readonly metricsApiFailure: string
  /** Resources that kube-state alone asks for and may not list. */
  readonly leftOut: readonly string[]
}

const IN_CLUSTER = 'or run Binnacle in the cluster'

/** Which ways were taken, and what is missing: a sentence for each subject. */
export function accessNotes(facts: NoteFacts): AccessNote[] {
  return [
    ...facts.notices.map((text): AccessNote => ({ subject: 'login', level: 'warning', text, remedy: '' })),
    ...namespacesNote(facts),
    ...kubeletNote(facts),
    ...refusedNotes(facts),
    ...metricsApiNote(facts),
    ...podNote(facts),
    ...leftOutNote(facts),
  ]
}

function leftOutNote({ leftOut, user }: NoteFacts): AccessNote[] {
  if (leftOut.length === 0) return []
  const text = `The state of ${leftOut.join(', ')} is left out: ${user} may not list them.`
  return [{ subject: 'kube-state', level: 'idle', text, remedy: 'Grant the verbs list and watch on them.' }]
}

/** `1 node`, `3 nodes`. */
function nodes(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`
}

function namespacesNote({ user, rights: { namespaces, missing }, isNarrowedByFlag }: NoteFacts): AccessNote[] {
  if (namespaces.length === 0 || isNarrowedByFlag) return []
  const text = `Only ${namespaces.join(', ')} is watched: ${user} may not ${missing[0] ?? 'list pods'} in all namespaces.`
  const remedy = 'Name other namespaces with --kube.namespace, or grant the verbs list and watch everywhere.'
  return [{ subject: 'namespaces', level: 'warning', text, remedy }]
}

function kubeletNote({ kubelets, rights, proxyIntervalMs }: NoteFacts): AccessNote[] {
  if (kubelets.length === 0) return []
  const subject = 'kubelets'
  const [example] = kubelets.flatMap(([node, way]) => (way.way === 'api-server' ? [`${node}: ${way.why}`] : []))
  if (example === undefined) return [{ subject, level: 'ok', text: directly(kubelets), remedy: '' }]
  const relayed = kubelets.filter(([, { way }]) => way === 'api-server').length
  const of = `The ${kubelets.length === 1 ? 'kubelet of the only node' : `kubelets of ${relayed} of ${kubelets.length} nodes`}`
  if (rights.mayProxyNodes) {
    const text = `${of} ${kubelets.length === 1 ? 'is' : 'are'} read through the API server, every ${proxyIntervalMs / 1000} s (${example}).`
    return [{ subject, level: 'ok', text, remedy: '' }]
  }
  const text = `${of} cannot be read: not directly (${example}), and not through the API server, whose user may not get nodes/proxy.`
  return [{ subject, level: 'warning', text, remedy: `Grant the verb get on nodes/proxy, ${IN_CLUSTER}.` }]
}

function directly(kubelets: NoteFacts['kubelets']): string {
  const read = kubelets.filter(([, { way }]) => way === 'direct')
  const pinned = read.filter(([, way]) => way.way === 'direct' && way.pinnedSha256 !== undefined).length
  return pinned > 0
    ? `The kubelets of ${nodes(read.length)} are read directly; the certificates of ${pinned} are pinned, as no CA vouches for them.`
    : `The kubelets of ${nodes(read.length)} are read directly, over certificates that the cluster's CA vouches for.`
}

function refusedNotes({ kubelets }: NoteFacts): AccessNote[] {
  return kubelets.flatMap(([subject, way]) =>
    way.way === 'refused' ? [{ subject, level: 'warning', text: `${way.why}.`, remedy: way.remedy }] : [],
  )
}

function metricsApiNote({ isBlind, metricsApiFailure: failure }: NoteFacts): AccessNote[] {
  if (!isBlind) return []
  const subject = 'metrics.k8s.io'
  if (failure === '') {
    const text = 'Use of nodes and pods that no kubelet tells of is read from metrics.k8s.io: CPU and memory alone.'
    return [{ subject, level: 'ok', text, remedy: '' }]
  }
  const text = `Use of nodes and pods is missing: kubelets cannot be read, and metrics.k8s.io fails (${failure}).`
  return [
    { subject, level: 'warning', text, remedy: `Install metrics-server, grant get on nodes/proxy, ${IN_CLUSTER}.` },
  ]
}

function podNote({ podsWay, podsWhy: why, rights }: NoteFacts): AccessNote[] {
  if (podsWay !== 'api-server') return []
  const subject = 'pods'
  if (rights.mayProxyPods) {
    const text = `Pods are read through the API server: they do not answer from here (${why}).`
    return [{ subject, level: 'ok', text, remedy: '' }]
  }
  const text = `Pods that expose metrics cannot be read: not directly (${why}), and not through the API server, whose user may not get pods/proxy.`
  return [{ subject, level: 'warning', text, remedy: `Grant the verb get on pods/proxy, ${IN_CLUSTER}.` }]
}
