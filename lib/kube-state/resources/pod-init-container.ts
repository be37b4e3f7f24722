import type { Family, LineWriter } from '../family.ts'
import {
  lastExitCodeLines,
  lastFinishedLines,
  lastReasonLines,
  readyLines,
  resourceLines,
  restartLines,
  startedLines,
  stateLines,
  terminatedReasonLines,
  waitingReasonLines,
} from './container-lines.ts'
import { alpha, counter, stable } from './families.ts'
import { objects, text } from './fields.ts'
import type { ContainerStatus, Pod } from './pod-object.ts'

const INFO = ['container', 'image_spec', 'image', 'image_id', 'container_id', 'restart_policy']

/** Families of a pod's init containers. */
export const podInitContainerFamilies: readonly Family<Pod>[] = [
  stable('kube_pod_init_container_info', 'Information about an init container in a pod.', infoLines),
  alpha(
    'kube_pod_init_container_resource_limits',
    'The number of requested limit resource by an init container.',
    ({ spec }, out) => resourceLines(spec?.initContainers, 'limits', spec?.nodeName, out),
  ),
  alpha(
    'kube_pod_init_container_resource_requests',
    'The number of requested request resource by an init container.',
    ({ spec }, out) => resourceLines(spec?.initContainers, 'requests', spec?.nodeName, out),
  ),
  alpha(
    'kube_pod_init_container_state_started',
    'Start time in unix timestamp for a pod init container.',
    ({ status }, out) => startedLines(status?.initContainerStatuses, out),
  ),
  alpha(
    'kube_pod_init_container_status_last_terminated_reason',
    'Describes the last reason the init container was in terminated state.',
    ({ status }, out) => lastReasonLines(status?.initContainerStatuses, out),
  ),
  alpha(
    'kube_pod_init_container_status_last_terminated_exitcode',
    'Describes the exit code for the last init container in terminated state.',
    ({ status }, out) => lastExitCodeLines(status?.initContainerStatuses, out),
  ),
  alpha(
    'kube_pod_init_container_status_last_terminated_timestamp',
    'Last terminated time for a pod init container in unix timestamp.',
    ({ status }, out) => lastFinishedLines(status?.initContainerStatuses, out),
  ),
  stable(
    'kube_pod_init_container_status_ready',
    'Describes whether the init containers readiness check succeeded.',
    ({ status }, out) => readyLines(status?.initContainerStatuses, out),
  ),
  counter(
    stable(
      'kube_pod_init_container_status_restarts_total',
      'The number of restarts for the init container.',
      ({ status }, out) => restartLines(status?.initContainerStatuses, out),
    ),
  ),
  stable(
    'kube_pod_init_container_status_running',
    'Describes whether the init container is currently in running state.',
    ({ status }, out) => stateLines(status?.initContainerStatuses, 'running', out),
  ),
  stable(
    'kube_pod_init_container_status_terminated',
    'Describes whether the init container is currently in terminated state.',
    ({ status }, out) => stateLines(status?.initContainerStatuses, 'terminated', out),
  ),
  alpha(
    'kube_pod_init_container_status_terminated_reason',
    'Describes the reason the init container is currently in terminated state.',
    ({ status }, out) => terminatedReasonLines(status?.initContainerStatuses, out),
  ),
  stable(
    'kube_pod_init_container_status_waiting',
    'Describes whether the init container is currently in waiting state.',
    ({ status }, out) => stateLines(status?.initContainerStatuses, 'waiting', out),
  ),
  alpha(
    'kube_pod_init_container_status_waiting_reason',
    'Describes the reason the init container is currently in waiting state.',
    ({ status }, out) => waitingReasonLines(status?.initContainerStatuses, out),
  ),
]

function infoLines({ spec, status }: Pod, out: LineWriter): void {
  for (const { name, image, restartPolicy } of objects(spec?.initContainers)) {
    for (const running of objects(status?.initContainerStatuses)) {
      if (text(running.name) !== text(name)) continue
      out.labelled(INFO, infoValues(running, text(image), text(restartPolicy)), 1)
    }
  }
}

function infoValues(status: ContainerStatus, imageSpec: string, restartPolicy: string): readonly string[] {
  const { name, image, imageID, containerID } = status
  return [text(name), imageSpec, text(image), text(imageID), text(containerID), restartPolicy]
}
