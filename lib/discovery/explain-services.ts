import type { ClusterSight } from './cluster-sight.ts'
import { requirementsOf } from './cluster-sight.ts'
import type { CompiledEndpoint, CompiledMonitor, WantedPort } from './compiled-monitor.ts'
import { isIn, noMatch } from './explain-selector.ts'
import { explainPhases, noSuchPort, podPorts } from './explain-pods.ts'
import { nearestObjects } from './nearest.ts'
import { reason, type Reason } from './reason.ts'
import type { PodRecord, ServiceRecord } from './records.ts'
import { formatLabelSelector, matchesLabels } from '#lib/kube'

/** Why a ServiceMonitor's endpoint has no target, as far as the cluster's objects tell. */
export function explainServices(
  { selector = [], namespaces }: CompiledMonitor,
  { port, onlyRunning }: CompiledEndpoint,
  sight: ClusterSight,
): Reason[] {
  const all = [...sight.services.all()]
  const services = all.filter((one) => isIn(one, namespaces) && matchesLabels(selector, one.labels))
  if (services.length === 0) return [noMatch('Service', selector, namespaces, all)]
  const byPort = port?.by === 'service-port' ? explainServicePort(services, port) : undefined
  if (byPort) return [byPort]
  const withPort = port?.by === 'service-port' ? services.filter((one) => hasPort(one, port)) : services
  const reasons = withPort.flatMap((service) => explainService(service, port, onlyRunning, sight) ?? [])
  // Where one of several services is right, the others are not to blame.
  return reasons.length < withPort.length ? [] : reasons.slice(0, 5)
}

function hasPort({ ports }: ServiceRecord, port: WantedPort): boolean {
  return ports.some(({ name }) => name === port.value)
}

function explainServicePort(services: readonly ServiceRecord[], port: WantedPort): Reason | undefined {
  if (services.some((service) => hasPort(service, port))) return undefined
  const ports = services.flatMap((service) => service.ports)
  const isNumber = ports.some(({ number, targetPort }) => port.value === String(number) || port.value === targetPort)
  return noSuchPort('Service', port.value, ports, isNumber ? 'targetPort' : 'port')
}

function explainService(
  service: ServiceRecord,
  port: WantedPort | undefined,
  onlyRunning: boolean,
  sight: ClusterSight,
): Reason | undefined {
  const endpoints = sight.slicesOf(service).flatMap((slice) => slice.endpoints)
  if (endpoints.length === 0) return noEndpoints(service, sight)
  const pods = endpoints.flatMap(({ target }) =>
    target?.kind === 'Pod' ? (sight.pods.get(`${target.namespace}/${target.name}`) ?? []) : [],
  )
  if (pods.length < endpoints.length) return undefined
  return explainPhases(pods, onlyRunning) ?? explainContainerPort(pods, port)
}

function explainContainerPort(pods: readonly PodRecord[], port: WantedPort | undefined): Reason | undefined {
  if (!port || port.by === 'service-port') return undefined
  const ports = podPorts(pods)
  const isThere = ports.some(
    ({ name, number }) => port.value === (port.by === 'container-port-name' ? name : String(number)),
  )
  return isThere ? undefined : noSuchPort('Pod', port.value, ports, 'targetPort')
}

function noEndpoints(service: ServiceRecord, sight: ClusterSight): Reason {
  const pods = sight.podsOf(service)
  const selector = requirementsOf(service.selector)
  const facts = {
    service: `${service.namespace}/${service.name}`,
    selector: formatLabelSelector(selector),
    pods: pods.length,
  }
  if (pods.length > 0) return explainPhases(pods, true) ?? reason('no-ready-address', facts)
  const near = [...sight.pods.all()].filter(({ namespace }) => namespace === service.namespace)
  const proposals = selector.length === 0 ? [] : nearestObjects(selector, near)
  return reason(
    'service-no-endpoints',
    facts,
    proposals.map(({ facts: change }) => ({ id: 'fix-service-selector', facts: change })),
  )
}
