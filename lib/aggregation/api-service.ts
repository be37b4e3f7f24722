import { X509Certificate } from 'node:crypto'
import type { ObjectHead, Owner } from '#lib/kube'
import { API_SERVICE, labels, type AggregationNames } from './names.ts'

/** A condition of an APIService. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

/** What we look at of an APIService. */
export interface ApiService {
  readonly metadata: ObjectHead
  readonly spec: {
    readonly service?: { readonly name?: string; readonly namespace?: string; readonly port?: number } | null
    /** Base64 of PEM. */
    readonly caBundle?: string | null
    readonly insecureSkipTLSVerify?: boolean
  }
  readonly status?: { readonly conditions?: readonly Condition[] }
}

export const API_SERVICE_PATH = `/apis/apiregistration.k8s.io/v1/apiservices/${API_SERVICE}`

const PORT = 443

/** Whether it leads to our Service: then it is ours, whoever made it. */
export function isOurs({ spec }: ApiService, { service, namespace }: AggregationNames): boolean {
  return spec.service?.name === service && spec.service.namespace === namespace
}

/** The APIService as we make it. */
export function ourApiService(names: AggregationNames, owner: Owner, bundle: string) {
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: API_SERVICE, labels, ownerReferences: [owner] },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      caBundle: Buffer.from(bundle).toString('base64'),
      service: { name: names.service, namespace: names.namespace, port: PORT },
    },
  }
}

/** What must be patched in ours so that it works: nothing that an administrator may choose, such as priorities. */
export function repairOf(object: ApiService, bundle: string): { spec: object } | undefined {
  const { caBundle, insecureSkipTLSVerify = false, service } = object.spec
  const spec = {
    ...(sameCertificates(pemOf(caBundle), bundle) ? {} : { caBundle: Buffer.from(bundle).toString('base64') }),
    ...(insecureSkipTLSVerify ? { insecureSkipTLSVerify: false } : {}),
    ...((service?.port ?? PORT) === PORT ? {} : { service: { port: PORT } }),
  }
  return Object.keys(spec).length === 0 ? undefined : { spec }
}

/** Its owners with ours among them, or undefined where ours is one. */
export function ownersWith({ metadata }: ApiService, owner: Owner): readonly Owner[] | undefined {
  const { ownerReferences: owners = [] } = metadata
  return owners.some(({ uid }) => uid === owner.uid)
    ? undefined
    : [...owners.filter(({ kind, name }) => kind !== owner.kind || name !== owner.name), owner]
}

/**
 * What we said of an APIService that another program has made its own: our labels, and above all our owner reference, with
 * which it would be removed when we are. Undefined where nothing of ours is left.
 */
export function releaseOf(
  { metadata }: ApiService,
  { clusterRole }: AggregationNames,
): { metadata: object } | undefined {
  const { ownerReferences = [], labels: said = {} } = metadata
  const others = ownerReferences.filter(({ kind, name }) => kind !== 'ClusterRole' || name !== clusterRole)
  if (others.length === ownerReferences.length) return undefined
  const ours = Object.entries(labels).filter(([key, value]) => said[key] === value)
  return { metadata: { ownerReferences: others, labels: Object.fromEntries(ours.map(([key]) => [key, null])) } }
}

/** Labels and annotations that tell whose a program is, most telling first. */
const telling = [
  'app.kubernetes.io/name',
  'k8s-app',
  'meta.helm.sh/release-name',
  'addonmanager.kubernetes.io/mode',
  'objectset.rio.cattle.io/owner-name',
  'app.kubernetes.io/managed-by',
]

/** Which program answers, in words: `kube-system/metrics-server (k8s-app=metrics-server)`. */
export function programOf({ metadata, spec }: ApiService): string {
  const where = spec.service ? `${spec.service.namespace}/${spec.service.name}` : 'the API server itself'
  const said = { ...metadata.annotations, ...metadata.labels }
  const words = telling.filter((key) => said[key] !== undefined).map((key) => `${key}=${said[key]}`)
  return words.length === 0 ? where : `${where} (${words.slice(0, 3).join(', ')})`
}

/** Why the API server does not reach whoever answers; '' when it does, undefined when it has not said. */
export function unavailableWhy({ status }: ApiService): string | undefined {
  const available = status?.conditions?.find(({ type }) => type === 'Available')
  if (available === undefined) return undefined
  if (available.status === 'True') return ''
  return [available.reason, available.message].filter(Boolean).join(': ') || 'without a reason'
}

/** The certificates in a text, whatever stands between them. */
export function certificateBlocks(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
}

/** The fingerprints of all certificates in a text; what is no certificate has none. */
export function fingerprints(pem: string): Set<string> {
  const found = new Set<string>()
  for (const block of certificateBlocks(pem)) {
    const fingerprint = fingerprint256(block)
    if (fingerprint !== undefined) found.add(fingerprint)
  }
  return found
}

/** The PEM of a `caBundle`. */
export function pemOf(caBundle: string | null | undefined): string {
  return Buffer.from(caBundle ?? '', 'base64').toString('latin1')
}

function sameCertificates(one: string, other: string): boolean {
  return fingerprints(one).symmetricDifference(fingerprints(other)).size === 0
}

function fingerprint256(block: string): string | undefined {
  try {
    return new X509Certificate(block).fingerprint256
  } catch {
    // Anyone may have written it; what cannot be read vouches for no one.
    return undefined
  }
}
