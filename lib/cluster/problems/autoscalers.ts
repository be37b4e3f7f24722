import type { ClusterProblem } from '../problem.ts'
import type { AutoscalerRecord, Condition } from '../records.ts'
import { condition, type Context } from './context.ts'
import { objectOf } from './objects.ts'
import { clip, few } from './text.ts'
import { graceMs } from './thresholds.ts'

/** Autoscalers that cannot scale; those without metrics because a whole API is missing are one problem. */
export function findBlindAutoscalers(context: Context): ClusterProblem[] {
  const byApi = new Map<string, { readonly one: AutoscalerRecord; readonly why: Condition }[]>()
  const problems: ClusterProblem[] = []
  for (const one of context.records.autoscalers.values()) {
    const why = whyBlind(one, context)
    if (one.deletedMs > 0 || why === undefined) continue
    const facts = parseBlindness(why)
    if (facts.why === 'no-samples' && !context.isOver(why.sinceMs, graceMs.samples)) continue
    const api = facts.why === 'api' ? facts.api : ''
    if (api === '') problems.push(problemOf(one, why, facts))
    else byApi.set(api, [...(byApi.get(api) ?? []), { one, why }])
  }
  for (const [api, list] of byApi) problems.push(withoutApi(api, list))
  return problems
}

function whyBlind(one: AutoscalerRecord, context: Context): Condition | undefined {
  const failing = [condition(one, 'AbleToScale'), condition(one, 'ScalingActive')].find(
    (is) => is?.status === 'False' && is.reason !== 'ScalingDisabled' && !is.reason.startsWith('Backoff'),
  )
  return failing && context.isOver(failing.sinceMs, graceMs.autoscaler) ? failing : undefined
}

function problemOf(one: AutoscalerRecord, why: Condition, facts: ReturnType<typeof parseBlindness>): ClusterProblem {
  const { targetKind, targetName, min, max, current } = one
  return {
    rule: 'autoscaler-blind',
    severity: 'warning',
    object: objectOf({ kind: 'autoscaler', namespace: one.namespace, name: one.name }),
    facts: { ...facts, target: `${targetKind} ${targetName}`, targetName, min, max, current },
    sinceMs: why.sinceMs,
  }
}

function withoutApi(
  api: string,
  list: readonly { readonly one: AutoscalerRecord; readonly why: Condition }[],
): ClusterProblem {
  const { one } = list[0]
  const alone = list.length === 1
  return {
    rule: 'metrics-api-missing',
    severity: 'warning',
    object: alone
      ? objectOf({ kind: 'autoscaler', namespace: one.namespace, name: one.name })
      : objectOf({ kind: 'apiservice', namespace: '', name: api }),
    facts: {
      api,
      autoscalers: list.length,
      names: few(list.map((entry) => `${entry.one.namespace}/${entry.one.name}`)),
      message: clip(list[0].why.message.replace(/^the HPA was unable to compute the replica count: /, '')),
    },
    sinceMs: Math.min(...list.map((entry) => entry.why.sinceMs)),
  }
}

/** Why an autoscaler has nothing to go by, in the controller's words. */
export function parseBlindness({ reason, message }: { readonly reason: string; readonly message: string }) {
  const base = { api: '', resource: '', container: '', pod: '', message: '' }
  const request = /missing request for (\S+) in container (\S+) of Pod (\S+)/.exec(message)
  if (request) return { ...base, why: 'no-request', resource: request[1], container: request[2], pod: request[3] }
  const api =
    /\((?:get|list) [\w.*-]*?\.?((?:custom\.|external\.)?metrics\.k8s\.io)\)|no (?:custom|external) metrics API \(([\w.]+)\)/.exec(
      message,
    )
  const isGone = /could not find the requested resource|currently unable to handle|API \([\w.]+\) registered/.test(
    message,
  )
  if (api && isGone) return { ...base, why: 'api', api: api[1] ?? api[2] }
  const words = clip(
    message.replace(
      /^the HPA (was unable to compute the replica count|controller was unable to get the target's current scale): /,
      '',
    ),
  )
  if (reason === 'FailedGetScale') return { ...base, why: 'no-target', message: words }
  if (/no metrics returned|did not receive metrics/.test(message)) return { ...base, why: 'no-samples', message: words }
  if (/[Ss]elector/.test(reason)) return { ...base, why: 'selector', message: words }
  return { ...base, why: 'other', message: words }
}
