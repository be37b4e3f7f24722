import { amounts, either, most, pick, sum } from './amounts.ts'
import { at, type Fields, items, text } from './fields.ts'
import type { Amounts } from './records.ts'

/**
 * What a pod requests, as the scheduler counts it: all containers together or, if that is more, an init container with
 * the sidecars started before it; what is set for the pod as a whole stands above that; overhead comes on top.
 * https://github.com/kubernetes/component-helpers/blob/master/resource/helpers.go
 */
export function podRequests(pod: unknown): Amounts {
  const spec = at(pod, 'spec')
  const isInfeasible = items(at(pod, 'status', 'conditions')).some(
    ({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible',
  )
  const statuses = statusesOf(pod)
  const requests = (container: Fields) => {
    const wanted = amounts(at(container.resources, 'requests'))
    const status = statuses.get(text(container.name))
    // While a resize is under way, the larger counts; one that the node can never grant does not count.
    const given = most(amounts(at(status, 'resources', 'requests')), amounts(at(status, 'allocatedResources')))
    return isInfeasible ? either(given, wanted) : most(wanted, given)
  }
  return sum(podTotal(spec, 'requests', requests), amounts(at(spec, 'overhead')))
}

/** What a pod is limited to: only those amounts that the pod as a whole or each of its containers has. */
export function podLimits(pod: unknown): Amounts {
  const spec = at(pod, 'spec')
  const limits = (container: Fields) => amounts(at(container.resources, 'limits'))
  const running = [...items(at(spec, 'containers')), ...items(at(spec, 'initContainers')).filter(isSidecar)].map(limits)
  const total = podTotal(spec, 'limits', limits)
  const whole = amounts(at(spec, 'resources', 'limits'))
  return pick((name) =>
    whole[name] !== undefined || running.every((one) => one[name] !== undefined) ? total[name] : undefined,
  )
}

function podTotal(spec: unknown, kind: 'requests' | 'limits', of: (container: Fields) => Amounts): Amounts {
  let running = items(at(spec, 'containers')).map(of).reduce(sum, {})
  let sidecars: Amounts = {}
  let starting: Amounts = {}
  for (const container of items(at(spec, 'initContainers'))) {
    const own = of(container)
    if (isSidecar(container)) {
      running = sum(running, own)
      sidecars = sum(sidecars, own)
      starting = most(starting, sidecars)
    } else {
      starting = most(starting, sum(own, sidecars))
    }
  }
  return either(amounts(at(spec, 'resources', kind)), most(running, starting))
}

function isSidecar({ restartPolicy }: Fields): boolean {
  return restartPolicy === 'Always'
}

function statusesOf(pod: unknown): ReadonlyMap<string, Fields> {
  const all = [...items(at(pod, 'status', 'containerStatuses')), ...items(at(pod, 'status', 'initContainerStatuses'))]
  return new Map(all.map((status) => [text(status.name), status]))
}
