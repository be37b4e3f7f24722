import { nodeAndAccessCases } from './cases-nodes-and-access.ts'
import { podCases } from './cases-pods.ts'
import { schedulingAndStorageCases } from './cases-scheduling-and-storage.ts'
import { workloadCases } from './cases-workloads.ts'

import type { ClusterExtra } from '#lib/cluster'
import type { Told } from './cluster-story.ts'

/** One trouble: what the API server tells, in the words of Kubernetes 1.37 and of registries, webhooks and drivers. */
export interface Case {
  readonly name: string
  readonly told: readonly Told[]
  readonly extra?: ClusterExtra
}

/** Each trouble that a verdict names, made on purpose. */
export const cases: readonly Case[] = [
  ...podCases,
  ...schedulingAndStorageCases,
  ...workloadCases,
  ...nodeAndAccessCases,
]
