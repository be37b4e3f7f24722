import type { Condition } from './conditions.ts'
import type { Stored } from './object.ts'

/** What is read of a pod. */
export interface Pod extends Stored {
  readonly spec?: PodSpec
  readonly status?: PodStatus
}

interface PodSpec {
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly nodeName?: string
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly hostNetwork?: boolean
  readonly priorityClassName?: string
  readonly restartPolicy?: string
  readonly runtimeClassName?: string
  readonly schedulerName?: string
  readonly serviceAccountName?: string
  readonly overhead?: Quantities
  readonly tolerations?: readonly Toleration[]
  readonly volumes?: readonly Volume[]
  readonly resourceClaims?: readonly ResourceClaim[]
}

interface PodStatus {
  readonly phase?: string
  readonly reason?: string
  readonly qosClass?: string
  readonly hostIP?: string
  readonly podIP?: string
  readonly podIPs?: readonly { readonly ip?: string }[]
  readonly startTime?: string
  readonly conditions?: readonly Condition[]
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly initContainerStatuses?: readonly ContainerStatus[]
  readonly resourceClaimStatuses?: readonly { readonly name?: string; readonly resourceClaimName?: string }[]
}

/** By resource. */
export type Quantities = Readonly<Record<string, unknown>>

export interface Container {
  readonly name?: string
  readonly image?: string
  readonly restartPolicy?: string
  readonly resources?: { readonly limits?: Quantities; readonly requests?: Quantities }
}

export interface ContainerStatus {
  readonly name?: string
  readonly image?: string
  readonly imageID?: string
  readonly containerID?: string
  readonly ready?: boolean
  readonly restartCount?: number
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}

interface ContainerState {
  readonly running?: { readonly startedAt?: string }
  readonly waiting?: { readonly reason?: string }
  readonly terminated?: Terminated
}

interface Terminated {
  readonly reason?: string
  readonly exitCode?: number
  readonly startedAt?: string
  readonly finishedAt?: string
}

export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
  readonly tolerationSeconds?: number
}

export interface Volume {
  readonly name?: string
  readonly persistentVolumeClaim?: { readonly claimName?: string; readonly readOnly?: boolean }
  readonly ephemeral?: object
}

interface ResourceClaim {
  readonly name?: string
  readonly resourceClaimName?: string
  readonly resourceClaimTemplateName?: string
}
