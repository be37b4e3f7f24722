/** What is kept of each object: only the fields that become labels, or that say why there is no target. */
export interface MetaRecord {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface PodRecord extends MetaRecord {
  readonly ip: string
  readonly hostIp: string
  readonly nodeName: string
  readonly phase: string
  /** `true`, `false` or `unknown`. */
  readonly ready: string
  readonly controller: OwnerRecord | undefined
  readonly containers: readonly ContainerRecord[]
}

export interface ContainerRecord {
  readonly name: string
  readonly image: string
  readonly id: string
  readonly isInit: boolean
  readonly ports: readonly ContainerPortRecord[]
}

export interface ContainerPortRecord {
  readonly name: string
  readonly number: number
  readonly protocol: string
}

export interface OwnerRecord {
  readonly kind: string
  readonly name: string
}

/** A ReplicaSet or a Job: only who controls it. */
export interface OwnedRecord extends MetaRecord {
  readonly controller: OwnerRecord | undefined
}

export interface ServiceRecord extends MetaRecord {
  readonly type: string
  readonly clusterIp: string
  readonly externalName: string
  readonly loadBalancerIp: string
  readonly ipFamilyPolicy: string
  readonly ipFamilies: readonly string[]
  readonly selector: Readonly<Record<string, string>>
  readonly ports: readonly ServicePortRecord[]
}

export interface ServicePortRecord {
  readonly name: string
  readonly number: number
  readonly protocol: string
  readonly targetPort: string
}

export interface NodeRecord extends MetaRecord {
  readonly providerId: string
  readonly kubeletPort: number
  readonly addresses: readonly { readonly type: string; readonly address: string }[]
  readonly conditions: readonly { readonly type: string; readonly status: string }[]
}

export interface TargetRefRecord {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

export interface EndpointsRecord extends MetaRecord {
  readonly subsets: readonly SubsetRecord[]
}

export interface SubsetRecord {
  readonly ready: readonly EndpointAddressRecord[]
  readonly notReady: readonly EndpointAddressRecord[]
  readonly ports: readonly ServicePortRecord[]
}

export interface EndpointAddressRecord {
  readonly ip: string
  readonly hostname: string
  readonly nodeName: string | undefined
  readonly target: TargetRefRecord | undefined
}

export interface EndpointSliceRecord extends MetaRecord {
  readonly addressType: string
  readonly ports: readonly SlicePortRecord[]
  readonly endpoints: readonly SliceEndpointRecord[]
}

/** Absent fields give no labels. */
export interface SlicePortRecord {
  readonly name: string | undefined
  readonly number: number | undefined
  readonly protocol: string | undefined
  readonly appProtocol: string | undefined
}

export interface SliceEndpointRecord {
  readonly addresses: readonly string[]
  readonly ready: boolean | undefined
  readonly serving: boolean | undefined
  readonly terminating: boolean | undefined
  readonly hostname: string | undefined
  readonly nodeName: string | undefined
  readonly zone: string | undefined
  readonly topology: Readonly<Record<string, string>>
  readonly target: TargetRefRecord | undefined
}

export interface IngressRecord extends MetaRecord {
  readonly className: string | undefined
  readonly tlsHosts: readonly string[]
  /** `paths` is undefined where the rule says nothing of HTTP. */
  readonly rules: readonly { readonly host: string; readonly paths: readonly string[] | undefined }[]
}
