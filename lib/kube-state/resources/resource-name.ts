/** What the name of a compute resource (`cpu`, `hugepages-2Mi`, `nvidia.com/gpu`) says of it. */

/** Whether it is memory in huge pages. */
export function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-')
}

/** Whether it counts volumes that can be attached. */
export function isAttachableVolume(name: string): boolean {
  return name.startsWith('attachable-volumes-')
}

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/

/** Whether it is a resource of a device plugin: `domain/name`, outside of Kubernetes' own domain, fit for a quota. */
export function isExtended(name: string): boolean {
  if (!name.includes('/') || name.includes('kubernetes.io/') || name.startsWith('requests.')) return false
  const [domain, rest, ...more] = `requests.${name}`.split('/')
  return more.length === 0 && domain.length <= 253 && SUBDOMAIN.test(domain) && rest.length <= 63 && NAME.test(rest)
}
