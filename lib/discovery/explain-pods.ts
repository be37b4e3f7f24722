import type { ClusterSight } from './cluster-sight.ts'
import type { CompiledEndpoint, CompiledMonitor, WantedPort } from './compiled-monitor.ts'
import { isIn, noMatch } from './explain-selector.ts'
import { nearestTexts } from './nearest.ts'
import { reason, type Nearest, type Reason } from './reason.ts'
import type { PodRecord } from './records.ts'
import { matchesLabels } from '#lib/kube'

/** Why a PodMonitor's endpoint has no target, as far as the cluster's objects tell. */
export function explainPods(
  { selector = [], namespaces }: CompiledMonitor,
  { port, onlyRunning }: CompiledEndpoint,
  sight: ClusterSight,
): Reason[] {
  const all = [...sight.pods.all()]
  const pods = all.filter((pod) => isIn(pod, namespaces) && matchesLabels(selector, pod.labels))
  if (pods.length === 0) return [noMatch('Pod', selector, namespaces, all)]
  const found = explainPhases(pods, onlyRunning) ?? (port && explainPort(pods, port))
  return found ? [found] : []
}

/** A port with a name, of a container or a service. */
export interface NamedPort {
  readonly name: string
  readonly number: number
}

/** The ports of the containers of pods, each once. */
export function podPorts(pods: readonly PodRecord[]): NamedPort[] {
  const ports = new Map<string, NamedPort>()
  for (const { containers } of pods) {
    for (const port of containers.flatMap((container) => container.ports))
      ports.set(`${port.name}:${port.number}`, port)
  }
  return [...ports.values()]
}

/** Pods that cannot be asked: none runs, or none has an address. */
export function explainPhases(pods: readonly PodRecord[], onlyRunning: boolean): Reason | undefined {
  const living = pods.filter(({ phase }) => !onlyRunning || (phase !== 'Failed' && phase !== 'Succeeded'))
  const phases = [...new Set(pods.map(({ phase }) => phase))].toSorted()
  if (living.length === 0) return reason('pods-not-running', { pods: namesOf(pods), phases })
  if (living.some(({ ip }) => ip !== '')) return undefined
  return reason(phases.includes('Running') ? 'no-pod-address' : 'pods-not-running', { pods: namesOf(living), phases })
}

/** A port that nothing has, with those that there are. */
export function noSuchPort(
  kind: 'Service' | 'Pod',
  wanted: string,
  ports: readonly NamedPort[],
  field: 'port' | 'targetPort' | 'portNumber',
): Reason {
  const names = [...new Set(ports.map(({ name }) => name).filter((name) => name !== ''))]
  const shown = ports.map(({ name, number }) => (name === '' ? String(number) : `${name} (${number})`))
  const byNumber = ports.find(({ number }) => String(number) === wanted)
  const nearest: Nearest[] = nearestTexts(wanted, names).map((name) => ({ id: 'use-port', facts: { port: name } }))
  const numbers = [byNumber ?? (names.length === 0 ? ports.at(0) : undefined)].filter((port) => port !== undefined)
  const withNumbers = numbers.map(({ number }) => ({ id: 'use-port-number', facts: { port: number, field } }) as const)
  return reason('no-such-port', { port: wanted, kind, ports: [...new Set(shown)] }, [...withNumbers, ...nearest])
}

function explainPort(pods: readonly PodRecord[], port: WantedPort): Reason | undefined {
  const ports = podPorts(pods)
  const isThere = ports.some(
    ({ name, number }) => port.value === (port.by === 'container-port-number' ? String(number) : name),
  )
  return isThere ? undefined : noSuchPort('Pod', port.value, ports, 'portNumber')
}

function namesOf(pods: readonly PodRecord[]): string[] {
  return pods.slice(0, 5).map(({ namespace, name }) => `${namespace}/${name}`)
}
