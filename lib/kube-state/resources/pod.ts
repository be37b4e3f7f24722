import type { LineWriter, ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, deleted, labels, stable } from './families.ts'
import { isPresent, objects, text } from './fields.ts'
import { ipFamily } from './ip-family.ts'
import { namespaceNameAndUid, type Owner } from './object.ts'
import { ownerLines } from './owners.ts'
import { podContainerFamilies } from './pod-container.ts'
import { podInitContainerFamilies } from './pod-init-container.ts'
import type { Pod } from './pod-object.ts'
import { podOverheadFamilies, podPlacementFamilies, podSpecFamilies } from './pod-spec.ts'
import { podStatusFamilies } from './pod-status.ts'
import { secondsOf } from './times.ts'

const INFO = ['host_ip', 'pod_ip', 'node', 'created_by_kind', 'created_by_name', 'priority_class', 'host_network']
const IP = ['ip', 'ip_family']

/** Pods and their containers. */
export const pods: ResourceFamilies<Pod> = {
  resource: 'pods',
  group: '',
  version: 'v1',
  kind: 'Pod',
  namespaced: true,
  baseNames: ['namespace', 'pod', 'uid'],
  base: namespaceNameAndUid,
  families: [
    stable('kube_pod_completion_time', 'Completion time in unix timestamp for a pod.', completionLine),
    ...podContainerFamilies,
    created(stable, 'kube_pod_created'),
    deleted(alpha, 'kube_pod_deletion_timestamp'),
    stable('kube_pod_info', 'Information about pod.', infoLine),
    alpha('kube_pod_ips', 'Pod IP addresses', ipLines),
    ...podInitContainerFamilies,
    annotations(alpha, 'kube_pod_annotations'),
    labels(stable, 'kube_pod_labels'),
    ...podOverheadFamilies,
    stable('kube_pod_owner', "Information about the Pod's owner.", ownerLines),
    ...podSpecFamilies,
    stable('kube_pod_start_time', 'Start time in unix timestamp for a pod.', ({ status }, out) => {
      if (isPresent(status?.startTime)) out.value(secondsOf(status.startTime))
    }),
    ...podStatusFamilies,
    ...podPlacementFamilies,
  ],
}

function completionLine({ status }: Pod, out: LineWriter): void {
  let last = 0
  for (const { state } of objects(status?.containerStatuses)) {
    if (isPresent(state?.terminated)) last = Math.max(last, secondsOf(state.terminated.finishedAt))
  }
  if (last > 0) out.value(last)
}

function infoLine({ metadata, spec, status }: Pod, out: LineWriter): void {
  const controller = controllerOf(objects(metadata?.ownerReferences))
  out.labelled(
    INFO,
    [
      text(status?.hostIP),
      text(status?.podIP),
      text(spec?.nodeName),
      text(controller?.kind),
      text(controller?.name),
      text(spec?.priorityClassName),
      spec?.hostNetwork === true ? 'true' : 'false',
    ],
    1,
  )
}

function controllerOf(owners: readonly Owner[]): Owner | undefined {
  for (const owner of owners) if (owner.controller === true) return owner
  return undefined
}

function ipLines({ status }: Pod, out: LineWriter): void {
  for (const { ip } of objects(status?.podIPs)) {
    const family = ipFamily(text(ip))
    if (family !== '') out.labelled(IP, [text(ip), family], 1)
  }
}
