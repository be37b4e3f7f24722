const second = 1000
const minute = 60 * second

/** How long each thing may take before it is a problem: what is on its way is none. */
export const graceMs = {
  /** The scheduler answers within a second; a pod that was refused is tried again when something is freed. */
  scheduling: 15 * second,
  /** No word from any scheduler at all. */
  schedulerSilent: minute,
  /** A volume is attached and mounted in a few tries, each with a Warning event. */
  volume: 30 * second,
  /** A config map is often created a moment after the pod that names it. */
  configuration: 10 * second,
  /** Network plugins start after the node. */
  sandbox: 30 * second,
  /** A registry's hiccup is gone at the next try. */
  image: 10 * second,
  /** An init container that waits for something is worth a look after this, and stuck for certain after the other. */
  init: 2 * minute,
  initLong: 15 * minute,
  /** Programs need time to get ready; most that are not by then never will be. */
  notReady: minute,
  /** Without a message of a probe only time tells. */
  notReadySilent: 5 * minute,
  /** A pod is given 30 s to end by default, and a finalizer some time. */
  terminating: 5 * minute,
  /** A node that has just joined is not ready at first. */
  newNode: 2 * minute,
  /** A provisioner makes a disk in well under a minute. */
  claim: minute,
  /** Its pods are given 30 s to end, and what they hold is let go after them. */
  namespace: minute,
  autoscaler: 15 * second,
  /** New pods have no metrics in their first minutes. */
  samples: 2 * minute,
  /** Endpoints follow pods. */
  service: minute,
  /** A drain waits for each replacement in turn; a budget is exhausted in between. */
  budget: minute,
  /** A rollout without a deadline of its own, as StatefulSets and DaemonSets have none. */
  rollout: 10 * minute,
  /** An aggregated API is restarted now and then. */
  apiService: 30 * second,
} as const

/** How long what is over still is worth a word. */
export const recentMs = {
  /** A kill that happened once. */
  kill: 60 * minute,
  /** Events live for an hour in the API server. */
  event: 60 * minute,
  /** A probe that still fails tells so at least every 5 minutes: the kubelet's events are rationed. */
  probe: 15 * minute,
  /** Restarts so near to each other are one loop; the kubelet's back-off ends at 5 minutes. */
  restart: 10 * minute,
  eviction: 60 * minute,
  job: 24 * 60 * minute,
  throttling: 5 * minute,
} as const

/** So many restarts, the last of them recent, are a loop even while the container runs. */
export const manyRestarts = 3
/** The most names of pods that one problem carries. */
export const mostPods = 100
