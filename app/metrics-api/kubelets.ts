import { readFile } from 'node:fs/promises'
import {
  certificatesFamily,
  type ConfigMapPins,
  judgeCertificate,
  type OpenKubeApi,
  type SeenCertificate,
} from '#lib/kube'
import type { Logger } from '#lib/log'
import type { KubeletAt, KubeletProof, KubeletToRead, KubeletTrust } from '#lib/resource-metrics'
import type { TelemetryFamily } from '#lib/telemetry'
import { type MetricsApiOptions, PATH_ANNOTATION } from './options.ts'
import type { WatchedNode, WatchedObjects } from './watched-objects.ts'

const PATH = '/metrics/resource'

/** Where a node's kubelet is read. */
export function kubeletOf(node: WatchedNode, options: MetricsApiOptions): KubeletToRead {
  const address = options.addressTypes
    .map((type) => node.addresses.find((one) => one.type === type)?.address)
    .find((one) => one !== undefined)
  if (address === undefined) {
    const text = `its node has no address of the types ${options.addressTypes.join(', ')} (--kubelet-preferred-address-types)`
    return { node: node.name, at: { refused: 'not-tried', text } }
  }
  const port = options.useStatusPort && node.kubeletPort > 0 ? node.kubeletPort : options.kubeletPort
  const path = node.annotations[PATH_ANNOTATION] ?? PATH
  if (!path.startsWith('/')) {
    const text = `the annotation ${PATH_ANNOTATION} of its node is ${JSON.stringify(path)}, which is no path`
    return { node: node.name, at: { refused: 'not-tried', text } }
  }
  return { node: node.name, at: { node: node.name, uid: node.uid, host: address, port, path } }
}

interface Known {
  readonly as: 'verified' | 'pinned' | 'refused' | 'unchecked'
  readonly uid: string
}

export interface TrustParts {
  readonly api: OpenKubeApi
  readonly options: MetricsApiOptions
  readonly objects: WatchedObjects
  /** Absent: what no authority vouches for is not trusted. */
  readonly pins: ConfigMapPins | undefined
  readonly log: Logger
}

/** Pins of nodes that are gone are kept so long: another program may have just seen them. */
const PRUNE_AFTER_MS = 3_600_000

/** Which kubelets are who they say, and what proves to them who asks. */
export class KubeletsTrusted implements KubeletTrust {
  readonly #parts: TrustParts
  readonly #known = new Map<string, Known>()
  #ca = ''
  #said = ''
  #pinTrouble = ''

  constructor(parts: TrustParts) {
    this.#parts = parts
    if (parts.options.insecureTls)
      parts.log.warn('certificates of kubelets are not looked at (--kubelet-insecure-tls): anyone may answer for them')
  }

  ca(): string {
    return this.#ca
  }

  readonly refusal = (at: KubeletAt, seen: SeenCertificate): string | undefined => {
    const { options, pins } = this.#parts
    const know = (as: Known['as']) => void this.#known.set(at.node, { as, uid: at.uid })
    if (options.insecureTls) return know('unchecked')
    if (pins === undefined) {
      if (seen.isVerified) return know('verified')
      know('refused')
      return 'no authority vouches for its certificate: name one with --kubelet-certificate-authority'
    }
    const verdict = judgeCertificate(at, seen, pins, Date.now())
    if (verdict.known !== 'no') return know(verdict.known)
    if (this.#known.get(at.node)?.as !== 'refused') this.#parts.log.error(`${verdict.why}. ${verdict.remedy}`)
    know('refused')
    return `${verdict.why}; ${verdict.remedy.charAt(0).toLowerCase()}${verdict.remedy.slice(1)}`
  }

  /** What is shown to kubelets now. Reads again what may have changed. */
  async proof(): Promise<KubeletProof> {
    const { api, options } = this.#parts
    const credential = await api.credential()
    const read = async (file: string, otherwise: string) => (file === '' ? otherwise : readFile(file, 'utf8'))
    this.#ca = await read(options.kubeletCa, credential.ca)
    await this.#readPins()
    const cert = await read(options.kubeletCert, credential.cert)
    const key = await read(options.kubeletKey, credential.key)
    return { headers: credential.headers, cert, key }
  }

  /** After a cycle: says how certificates are known, when that has changed, and forgets nodes that are gone. */
  async settle(): Promise<void> {
    const { objects, pins, log } = this.#parts
    const uids = new Set(objects.nodes().map(({ uid }) => uid))
    for (const [node, { uid }] of this.#known) if (!uids.has(uid)) this.#known.delete(node)
    const counts = this.#counts()
    const said = `certificates of kubelets: ${counts.verified} verified by the cluster's authority, ${counts.pinned} pinned at first sight, ${counts.refused} refused`
    if (said !== this.#said && this.#known.size > 0) log.info(counts, said)
    this.#said = said
    if (!objects.isComplete || pins === undefined || this.#pinTrouble !== '') return
    try {
      await pins.prune((uid) => uids.has(uid), Date.now() - PRUNE_AFTER_MS)
    } catch (error) {
      log.warn(`pins of nodes that are gone are kept: ${(error as Error).message}`)
    }
  }

  telemetry(): TelemetryFamily[] {
    const pinned = [...this.#known].flatMap(([node, { as, uid }]) => {
      const pin = as === 'pinned' ? this.#parts.pins?.get(uid) : undefined
      return pin === undefined ? [] : [{ labels: ['node', node], value: pin.notAfterMs / 1000 }]
    })
    return [
      certificatesFamily(this.#counts()),
      {
        name: 'binnacle_kubelet_pinned_certificate_not_after_seconds',
        help: 'Until when the pinned certificate of a kubelet says that it is valid; told, not enforced.',
        type: 'gauge',
        metrics: pinned,
      },
    ]
  }

  #counts(): Record<Known['as'], number> {
    const counts = { verified: 0, pinned: 0, refused: 0, unchecked: 0 }
    for (const { as } of this.#known.values()) counts[as]++
    return counts
  }

  /** While pins cannot be read nothing is trusted anew; what is connected stays. */
  async #readPins(): Promise<void> {
    try {
      await this.#parts.pins?.refresh()
      this.#pinTrouble = ''
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#pinTrouble)
        this.#parts.log.warn(`pinned certificates of kubelets cannot be read: ${message}`)
      this.#pinTrouble = message
    }
  }
}
