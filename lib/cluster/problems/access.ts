import type { ClusterProblem } from '../problem.ts'
import type { Context } from './context.ts'
import type { KubeletAccess } from './extra.ts'
import { objectOf } from './objects.ts'
import { clip, few } from './text.ts'
import { recentMs } from './thresholds.ts'

/** What keeps us from seeing: the API server, our login, kubelets, rights. */
export function findAccess(context: Context): ClusterProblem[] {
  return [...findLogin(context), ...findThrottling(context), ...findKubelets(context), ...findForbidden(context)]
}

/** An expired login makes the API server unreachable to us: it is said first, and alone. */
function findLogin({ extra: { login, unreachable } }: Context): ClusterProblem[] {
  const cluster = objectOf({ kind: 'cluster', namespace: '', name: '' })
  if (login !== undefined) {
    const facts = { user: login.user, message: clip(login.text) }
    return [{ rule: 'login-expired', severity: 'critical', object: cluster, facts, sinceMs: login.sinceMs }]
  }
  if (unreachable === undefined) return []
  const facts = { server: unreachable.server, message: clip(unreachable.text) }
  return [{ rule: 'api-unreachable', severity: 'critical', object: cluster, facts, sinceMs: unreachable.sinceMs }]
}

function findThrottling(context: Context): ClusterProblem[] {
  const { throttled } = context.extra
  if (throttled === undefined || throttled.count === 0) return []
  if (!context.isRecent(throttled.lastMs, recentMs.throttling)) return []
  const { count, windowSeconds } = throttled
  const object = objectOf({ kind: 'cluster', namespace: '', name: '' })
  return [{ rule: 'api-throttles', severity: 'warning', object, facts: { count, windowSeconds } }]
}

/** Kubelets that refuse for the same reason are one problem: it is nearly always one right, or one authority. */
function findKubelets(context: Context): ClusterProblem[] {
  const failing = (context.extra.kubelets ?? []).filter((one) => !context.lost.has(one.node))
  return [...Map.groupBy(failing, (one) => one.status).values()].map(kubeletProblem)
}

function kubeletProblem(list: readonly KubeletAccess[]): ClusterProblem {
  const { node, status, text } = list[0]
  return {
    rule: 'kubelet-refuses',
    severity: 'warning',
    object: objectOf({ kind: 'node', namespace: '', name: node }),
    facts: { status: String(status), message: clip(text), nodes: list.length, names: few(list.map((one) => one.node)) },
    sinceMs: Math.min(...list.map((one) => one.sinceMs)),
  }
}

function findForbidden({ extra: { forbidden = [] } }: Context): ClusterProblem[] {
  if (forbidden.length === 0) return []
  const object = objectOf({ kind: 'cluster', namespace: '', name: '' })
  const facts = {
    count: forbidden.length,
    resources: few(
      forbidden.map((one) => one.resource),
      6,
    ),
    message: clip(forbidden[0].text),
  }
  return [{ rule: 'kinds-forbidden', severity: 'warning', object, facts }]
}
