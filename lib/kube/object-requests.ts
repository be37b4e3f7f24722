import { KubeStatusError, type KubeApi } from './api.ts'

/** What the API server knows of any object. */
export interface ObjectHead {
  readonly name: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly Owner[]
  readonly managedFields?: readonly {
    readonly manager?: string
    readonly subresource?: string
    readonly time?: string
  }[]
}

export interface Owner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

const TIMEOUT_MS = 10_000

/**
 * A version that no object has: applying with it creates what is absent and is refused, as a conflict, for what exists.
 * A plain POST would need the right to create under any name, which roles cannot narrow.
 */
const ONLY_IF_ABSENT = '1'

/** An object, or undefined where there is none. */
export function getObject<T>(api: KubeApi, path: string, signal?: AbortSignal): Promise<T | undefined> {
  return unless([404], api.json<T>(path, { timeoutMs: TIMEOUT_MS, signal }))
}

/** Creates an object by server-side apply; undefined where one of its name exists, which is left as it is. */
export function createByApply<T>(
  api: KubeApi,
  path: string,
  object: { readonly metadata: ObjectHead },
  manager: string,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const body = { ...object, metadata: { ...object.metadata, resourceVersion: ONLY_IF_ABSENT } }
  return unless([409], apply<T>(api, path, body, { fieldManager: manager }, signal))
}

/** Says what of an object is ours, and takes it from whoever says otherwise; undefined where the object is no longer the one of this version. */
export function forceApply<T>(
  api: KubeApi,
  path: string,
  object: unknown,
  manager: string,
  signal?: AbortSignal,
): Promise<T | undefined> {
  return unless([404, 409], apply<T>(api, path, object, { fieldManager: manager, force: 'true' }, signal))
}

/** Changes fields of the very version that was read; undefined where the object is another by now. */
export function patchVersion<T>(
  api: KubeApi,
  path: string,
  resourceVersion: string,
  { metadata, ...rest }: { readonly metadata?: object },
  manager: string,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const body = { ...rest, metadata: { ...metadata, resourceVersion } }
  return unless([404, 409], merge<T>(api, path, body, manager, signal))
}

/** Changes fields whatever the version; null removes one. Undefined where there is no such object. */
export function mergePatch<T>(api: KubeApi, path: string, change: object, manager: string): Promise<T | undefined> {
  return unless([404], merge<T>(api, path, change, manager))
}

/** Creates an object that has no rights bound to its name, such as an event; false where it exists already. */
export async function post(api: KubeApi, path: string, object: unknown, signal?: AbortSignal): Promise<boolean> {
  const made = api.json<object>(path, { method: 'POST', body: object, timeoutMs: TIMEOUT_MS, signal })
  return (await unless([409], made)) !== undefined
}

/** A failure in words, with the remedy where a right is missing. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const isForbidden = error instanceof KubeStatusError && error.status === 403
  return isForbidden ? `${text}: apply the manifest again, whose roles give that right` : text
}

function apply<T>(
  api: KubeApi,
  path: string,
  body: unknown,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<T> {
  const headers = { 'content-type': 'application/apply-patch+yaml' }
  return api.json<T>(path, { method: 'PATCH', query, headers, body, timeoutMs: TIMEOUT_MS, signal })
}

function merge<T>(api: KubeApi, path: string, body: object, manager: string, signal?: AbortSignal): Promise<T> {
  const headers = { 'content-type': 'application/merge-patch+json' }
  return api.json<T>(path, {
    method: 'PATCH',
    query: { fieldManager: manager },
    headers,
    body,
    timeoutMs: TIMEOUT_MS,
    signal,
  })
}

async function unless<T>(statuses: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof KubeStatusError && statuses.includes(error.status)) return undefined
    throw error
  }
}
