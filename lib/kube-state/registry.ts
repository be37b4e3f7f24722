import type { ResourceFamilies } from './family.ts'
import { certificateSigningRequests } from './resources/certificatesigningrequest.ts'
import { clusterRoles } from './resources/clusterrole.ts'
import { clusterRoleBindings } from './resources/clusterrolebinding.ts'
import { configMaps } from './resources/configmap.ts'
import { cronJobs } from './resources/cronjob.ts'
import { daemonSets } from './resources/daemonset.ts'
import { deployments } from './resources/deployment.ts'
import { endpoints } from './resources/endpoint.ts'
import { endpointSlices } from './resources/endpointslice.ts'
import { horizontalPodAutoscalers } from './resources/horizontalpodautoscaler.ts'
import { ingresses } from './resources/ingress.ts'
import { ingressClasses } from './resources/ingressclass.ts'
import { jobs } from './resources/job.ts'
import { leases } from './resources/lease.ts'
import { limitRanges } from './resources/limitrange.ts'
import { mutatingAdmissionPolicies } from './resources/mutatingadmissionpolicy.ts'
import { mutatingAdmissionPolicyBindings } from './resources/mutatingadmissionpolicybinding.ts'
import { mutatingWebhookConfigurations } from './resources/mutatingwebhookconfiguration.ts'
import { namespaces } from './resources/namespace.ts'
import { networkPolicies } from './resources/networkpolicy.ts'
import { nodes } from './resources/node.ts'
import { persistentVolumes } from './resources/persistentvolume.ts'
import { persistentVolumeClaims } from './resources/persistentvolumeclaim.ts'
import { pods } from './resources/pod.ts'
import { podDisruptionBudgets } from './resources/poddisruptionbudget.ts'
import { replicaSets } from './resources/replicaset.ts'
import { replicationControllers } from './resources/replicationcontroller.ts'
import { resourceQuotas } from './resources/resourcequota.ts'
import { roles } from './resources/role.ts'
import { roleBindings } from './resources/rolebinding.ts'
import { secrets } from './resources/secret.ts'
import { services } from './resources/service.ts'
import { serviceAccounts } from './resources/serviceaccount.ts'
import { statefulSets } from './resources/statefulset.ts'
import { storageClasses } from './resources/storageclass.ts'
import { validatingAdmissionPolicies } from './resources/validatingadmissionpolicy.ts'
import { validatingAdmissionPolicyBindings } from './resources/validatingadmissionpolicybinding.ts'
import { validatingWebhookConfigurations } from './resources/validatingwebhookconfiguration.ts'
import { volumeAttachments } from './resources/volumeattachment.ts'

/** Every resource of kube-state-metrics 2.20, by name. */
export const kubeStateResources: readonly ResourceFamilies[] = [
  certificateSigningRequests,
  clusterRoleBindings,
  clusterRoles,
  configMaps,
  cronJobs,
  daemonSets,
  deployments,
  endpoints,
  endpointSlices,
  horizontalPodAutoscalers,
  ingressClasses,
  ingresses,
  jobs,
  leases,
  limitRanges,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  namespaces,
  networkPolicies,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  replicaSets,
  replicationControllers,
  resourceQuotas,
  roleBindings,
  roles,
  secrets,
  serviceAccounts,
  services,
  statefulSets,
  storageClasses,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  volumeAttachments,
]
