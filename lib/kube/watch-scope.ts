import type { KubeApi } from './api.ts'
import type { Turns } from './turns.ts'
import { resourceName, type Resource } from './resource.ts'
import type { StreamRefusals } from './stream-refusals.ts'
import type { Slices } from './slices.ts'
import type { WatchTelemetry } from './watch-telemetry.ts'
import type { WatchTimings } from './watch-timings.ts'

/** What is listed and watched: one resource, in one namespace or all. */
export interface WatchScope {
  readonly resource: Resource
  readonly namespace: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/** What all lists and watches of a process share. */
export interface WatchShared {
  readonly api: KubeApi
  readonly timings: WatchTimings
  readonly random: () => number
  readonly slices: Slices
  readonly lists: Turns
  readonly refusals: StreamRefusals
  readonly telemetry: WatchTelemetry
}

/** Two scopes with the same key are the same list and watch. */
export function scopeKey({ resource, namespace, labelSelector = '', fieldSelector = '' }: WatchScope): string {
  return [resourceName(resource), resource.version, resource.form, namespace, labelSelector, fieldSelector].join('\0')
}

/** The Accept headers of lists and watches. Of a table no other form is accepted: whole secrets must not come. */
export const accepts: Readonly<Record<Resource['form'], { readonly list: string; readonly watch: string }>> = {
  object: { list: 'application/json', watch: 'application/json' },
  metadata: {
    list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  },
  table: {
    list: 'application/json;as=Table;g=meta.k8s.io;v=v1',
    watch: 'application/json;as=Table;g=meta.k8s.io;v=v1',
  },
}
