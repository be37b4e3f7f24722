import type { KubeApi } from './api.ts'

/** Something that we may want to do. */
export interface Right {
  readonly verb: string
  /** Empty for the core group. */
  readonly group?: string
  readonly resource: string
  readonly subresource?: string
  /** Absent: in all namespaces, or of what has none. */
  readonly namespace?: string
  readonly name?: string
}

/** A right and whether the API server gives it to us. */
export interface AnsweredRight extends Right {
  readonly allowed: boolean
  /** What the API server says about it; often nothing. */
  readonly reason: string
}

const AT_ONCE = 4

/** Asks the API server what we may do (SelfSubjectAccessReview), in the order of the question. */
export async function selfSubjectAccess(
  api: KubeApi,
  rights: readonly Right[],
  signal?: AbortSignal,
): Promise<AnsweredRight[]> {
  const answers: AnsweredRight[] = []
  const queue = [...rights.entries()]
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      answers[next[0]] = await review(api, next[1], signal)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rights.length) }, worker))
  return answers
}

/** `list pods in all namespaces`: a right in words. */
export function rightInWords({
  verb,
  group = '',
  resource,
  subresource = '',
  namespace = '',
  name = '',
}: Right): string {
  const path = `${resource}${subresource === '' ? '' : `/${subresource}`}${group === '' ? '' : `.${group}`}`
  return `${verb} ${path}${name === '' ? '' : ` ${name}`}${namespace === '' ? '' : ` in namespace ${namespace}`}`
}

async function review(api: KubeApi, right: Right, signal?: AbortSignal): Promise<AnsweredRight> {
  const { verb, group = '', resource, subresource, namespace, name } = right
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb, group, resource, subresource, namespace, name } },
  }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  const { status } = await api.json<{ status?: { allowed?: boolean; reason?: string } }>(path, {
    method: 'POST',
    body,
    signal,
  })
  return { ...right, allowed: status?.allowed === true, reason: status?.reason ?? '' }
}
