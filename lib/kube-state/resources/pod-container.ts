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
import type { Pod } from './pod-object.ts'

const INFO = ['container', 'image_spec', 'image', 'image_id', 'container_id']

/** Families of a pod's containers. */
export const podContainerFamilies: readonly Family<Pod>[] = [
  stable('kube_pod_container_info', 'Information about a container in a pod.', infoLines),
  stable(
    'kube_pod_container_resource_limits',
    'The number of requested limit resource by a container. It is recommended to use the kube_pod_resource_limits metric exposed by kube-scheduler instead, as it is more precise.',
    ({ spec }, out) => resourceLines(spec?.containers, 'limits', spec?.nodeName, out),
  ),
  stable(
    'kube_pod_container_resource_requests',
    'The number of requested request resource by a container. It is recommended to use the kube_pod_resource_requests metric exposed by kube-scheduler instead, as it is more precise.',
    ({ spec }, out) => resourceLines(spec?.containers, 'requests', spec?.nodeName, out),
  ),
  stable('kube_pod_container_state_started', 'Start time in unix timestamp for a pod container.', ({ status }, out) =>
    startedLines(status?.containerStatuses, out),
  ),
  alpha(
    'kube_pod_container_status_last_terminated_reason',
    'Describes the last reason the container was in terminated state.',
    ({ status }, out) => lastReasonLines(status?.containerStatuses, out),
  ),
  alpha(
    'kube_pod_container_status_last_terminated_exitcode',
    'Describes the exit code for the last container in terminated state.',
    ({ status }, out) => lastExitCodeLines(status?.containerStatuses, out),
  ),
  alpha(
    'kube_pod_container_status_last_terminated_timestamp',
    'Last terminated time for a pod container in unix timestamp.',
    ({ status }, out) => lastFinishedLines(status?.containerStatuses, out),
  ),
  stable(
    'kube_pod_container_status_ready',
    'Describes whether the containers readiness check succeeded.',
    ({ status }, out) => readyLines(status?.containerStatuses, out),
  ),
  counter(
    stable(
      'kube_pod_container_status_restarts_total',
      'The number of container restarts per container.',
      ({ status }, out) => restartLines(status?.containerStatuses, out),
    ),
  ),
  stable(
    'kube_pod_container_status_running',
    'Describes whether the container is currently in running state.',
    ({ status }, out) => stateLines(status?.containerStatuses, 'running', out),
  ),
  stable(
    'kube_pod_container_status_terminated',
    'Describes whether the container is currently in terminated state.',
    ({ status }, out) => stateLines(status?.containerStatuses, 'terminated', out),
  ),
  alpha(
    'kube_pod_container_status_terminated_reason',
    'Describes the reason the container is currently in terminated state.',
    ({ status }, out) => terminatedReasonLines(status?.containerStatuses, out),
  ),
  stable(
    'kube_pod_container_status_waiting',
    'Describes whether the container is currently in waiting state.',
    ({ status }, out) => stateLines(status?.containerStatuses, 'waiting', out),
  ),
  stable(
    'kube_pod_container_status_waiting_reason',
    'Describes the reason the container is currently in waiting state.',
    ({ status }, out) => waitingReasonLines(status?.containerStatuses, out),
  ),
]

function infoLines({ spec, status }: Pod, out: LineWriter): void {
  for (const container of objects(spec?.containers)) {
    for (const { name, image, imageID, containerID } of objects(status?.containerStatuses)) {
      if (text(name) !== text(container.name)) continue
      out.labelled(INFO, [text(name), text(container.image), text(image), text(imageID), text(containerID)], 1)
    }
  }
}
