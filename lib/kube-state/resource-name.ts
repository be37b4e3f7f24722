/** What the name of a compute resource (`cpu`, `hugepages-2Mi`, `nvidia.com/gpu`) says of it. Source: Kubernetes' helpers. */

const QUOTA_PREFIX = 'requests.'

export function isHugePageResourceName(name: string): boolean {
  return name.startsWith('hugepages-')
}

export function isAttachableVolumeResourceName(name: string): boolean {
  return name.startsWith('attachable-volumes-')
}

/** One that a device plugin or an operator brought: it has a domain which is not Kubernetes' own. */
export function isExtendedResourceName(name: string): boolean {
  const isNative = !name.includes('/') || name.includes('kubernetes.io/')
  if (isNative || name.startsWith(QUOTA_PREFIX)) return false
  return isQualifiedName(`${QUOTA_PREFIX}${name}`)
}

/** `prefix/name` with a DNS subdomain before and at most 63 plain characters behind the slash. */
function isQualifiedName(text: string): boolean {
  const parts = text.split('/')
  if (parts.length > 2) return false
  const name = parts.at(-1) ?? ''
  if (parts.length === 2 && !isSubdomain(parts[0])) return false
  return name.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

function isSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text)
}
