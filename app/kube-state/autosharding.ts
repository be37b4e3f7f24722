import type { KubeApi, KubeObject } from '#lib/kube'
import { resources } from '#lib/kube'
import type { ObjectSource } from '#lib/kube-state'

/** Which share of the objects an instance renders. */
export interface Share {
  readonly shard: number
  readonly totalShards: number
}

interface PodLike {
  readonly metadata?: {
    readonly ownerReferences?: readonly {
      readonly apiVersion?: string
      readonly kind?: string
      readonly name: string
      readonly controller?: boolean
    }[]
  }
}

interface StatefulSetLike {
  readonly metadata: { readonly name: string }
  readonly spec?: { readonly replicas?: number }
}

/** The StatefulSet that a pod belongs to, by which instances find their share of the objects. */
export class Autosharding {
  readonly #api: KubeApi
  readonly #pod: string
  readonly #namespace: string

  constructor(api: KubeApi, pod: string, namespace: string) {
    this.#api = api
    this.#pod = pod
    this.#namespace = namespace
  }

  /** The share as of now, and the name of the set. */
  async detect(): Promise<Share & { readonly set: string }> {
    const core = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}`
    const pod = await this.#api.json<PodLike>(`${core}/pods/${encodeURIComponent(this.#pod)}`)
    const owner = pod.metadata?.ownerReferences?.find(
      ({ apiVersion, kind, controller }) => apiVersion === 'apps/v1' && kind === 'StatefulSet' && controller === true,
    )
    if (!owner)
      throw new Error(
        `no StatefulSet owns the pod ${this.#namespace}/${this.#pod}, so its shard is not known: run it in one, or set --shard and --total-shards instead of --pod`,
      )
    const apps = `/apis/apps/v1/namespaces/${encodeURIComponent(this.#namespace)}`
    const set = await this.#api.json<StatefulSetLike>(`${apps}/statefulsets/${encodeURIComponent(owner.name)}`)
    return { ...this.#shareOf(set), set: owner.name }
  }

  /** Tells of every change of the set's size. */
  follow(source: ObjectSource, set: string, changed: (share: Share) => void): Disposable {
    return source.subscribe(
      {
        resource: resources.statefulsets,
        namespaces: [this.#namespace],
        fieldSelector: `metadata.name=${set}`,
      },
      {
        upsert: (object: KubeObject) => changed(this.#shareOf(object)),
        remove: () => undefined, // the pod goes as well
      },
    )
  }

  #shareOf({ metadata, spec }: StatefulSetLike): Share {
    const ordinal = this.#pod.startsWith(`${metadata.name}-`) ? this.#pod.slice(metadata.name.length + 1) : this.#pod
    if (!/^\d+$/.test(ordinal))
      throw new Error(
        `the pod ${this.#pod} of the StatefulSet ${metadata.name} does not end in a number: its shard is not known`,
      )
    return { shard: Number(ordinal), totalShards: spec?.replicas ?? 1 }
  }
}
