import type { KubeObject } from '#lib/kube'
import type { CompiledMonitor } from './compiled-monitor.ts'
import type { RawPart } from './monitor-http.ts'
import { metaRecord } from './read-records.ts'
import type { MetaRecord } from './records.ts'
import type { SpecReader } from './spec-reader.ts'

/** What all compiled monitors have of their object. */
export function monitorRecord<K extends CompiledMonitor['kind']>(
  object: KubeObject,
  kind: K,
): MetaRecord & { readonly kind: K } {
  const { namespace, name, uid } = metaRecord(object)
  return { namespace, name, uid, labels: {}, annotations: {}, kind }
}

/** One entry of `kubernetes_sd_configs`. */
export function sdConfig(role: string, namespaces: readonly string[] | undefined, withNode: boolean): RawPart {
  return {
    role,
    ...(namespaces ? { namespaces: { names: namespaces } } : {}),
    ...(withNode ? { attach_metadata: { node: true } } : {}),
  }
}

/** True where labels of the node are asked for. */
export function attachOf(spec: SpecReader): boolean {
  return spec.object('attachMetadata')?.boolean('node') ?? false
}
