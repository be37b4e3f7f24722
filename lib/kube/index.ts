export { KubeStatusError } from './api.ts'
export type { KubeAnswer, KubeApi, KubeIdentity, KubeRequest } from './api.ts'
export { Backoff } from './backoff.ts'
export type { ClusterAccess } from './cluster-access.ts'
export { assumedRights, readRights } from './cluster-rights.ts'
export type { ClusterRights } from './cluster-rights.ts'
export { ClusterWatch } from './cluster-watch.ts'
export type { ClusterWatchOptions } from './cluster-watch.ts'
export { KubeConnectionError } from './connection-error.ts'
export { CredentialError } from './credential-error.ts'
export type { Credential } from './credentials.ts'
export { discover } from './discover.ts'
export type { ServerKinds } from './discover.ts'
export { findCluster } from './find-cluster.ts'
export type { FindOptions, FoundCluster } from './find-cluster.ts'
export { readWithCredential } from './kubelet-body.ts'
export type { OwnBodyOptions } from './kubelet-body.ts'
export { judgeCertificate, placeOf } from './certificate-judge.ts'
export type { CertificateOwner, SeenCertificate } from './certificate-judge.ts'
export { certificatesFamily } from './certificate-telemetry.ts'
export type { KubeletsKnown } from './certificate-telemetry.ts'
export { ConfigMapPins } from './config-map-pins.ts'
export { PinFile } from './kubelet-pins.ts'
export type { KubeletPin, PinStore } from './kubelet-pins.ts'
export { KubeletReach } from './kubelet-reach.ts'
export type { KubeletAddress, KubeletWay, ReachOptions } from './kubelet-reach.ts'
export { readMetricsApi } from './metrics-api.ts'
export type { KubeObject, ObjectKey, ObjectMeta, OwnerReference } from './object.ts'
export { openKubeApi } from './open-api.ts'
export type { OpenKubeApi, OpenOptions } from './open-api.ts'
export { PodReach } from './pod-reach.ts'
export type { PodsWay, ProbedPod } from './pod-reach.ts'
export { nodeProxyPath, podProxyPath, ProxiedBodies, staysBelow } from './proxied-bodies.ts'
export { collectionPath, resourceName } from './resource.ts'
export type { Resource } from './resource.ts'
export { resources } from './resources.ts'
export { RightsWatch } from './rights-watch.ts'
export { ScopedWatch } from './scoped-watch.ts'
export { serverHealth } from './server-health.ts'
export type { ServerHealth } from './server-health.ts'
export { rightInWords, selfSubjectAccess } from './rights.ts'
export type { AnsweredRight, Right } from './rights.ts'
export type { Sink, Subscription, WatchState } from './sink.ts'
export type { WatchTimings } from './watch-timings.ts'
export {
  checkFieldSelector,
  formatLabelSelector,
  formatRequirement,
  isLabelValue,
  labelKeyMistake,
  matchesLabels,
  meets,
  parseFieldSelector,
  parseLabelSelector,
  SelectorError,
} from './selector.ts'
export type { LabelRequirement } from './selector.ts'
export { ServerProbe } from './server-probe.ts'
