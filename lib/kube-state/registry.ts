import type { ResourceFamilies } from './family.ts'
import { pods } from './resources/pod.ts'

/** Every resource of kube-state-metrics 2.20, by name. */
export const kubeStateResources: readonly ResourceFamilies[] = [pods]
