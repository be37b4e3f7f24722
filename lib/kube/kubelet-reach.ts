import { greetKubelet, type KubeletGreeting } from './kubelet-certificate.ts'
import { type CertificateOwner, judgeCertificate, placeOf } from './certificate-judge.ts'
import type { PinStore } from './kubelet-pins.ts'

/** A node's kubelet, or a part of the control plane, at its address. */
export type KubeletAddress = CertificateOwner

/** How a kubelet may be read. */
export type KubeletWay =
  /** Straight, over a certificate that the cluster's CA vouches for, or that is pinned. */
  | { readonly way: 'direct'; readonly pinnedSha256: string | undefined }
  /** Through the API server, as its user; `why` tells what stands in the direct way. */
  | { readonly way: 'api-server'; readonly why: string }
  /** Not at all: its certificate is not the pinned one. */
  | { readonly way: 'refused'; readonly why: string; readonly remedy: string }

export interface ReachOptions {
  /** The cluster's CA as it is now, PEM; '' for none. */
  ca(): Promise<string>
  /**
   * Where certificates that no CA vouches for are pinned; undefined: they are never trusted. A kubeconfig's credential
   * may do more than read metrics, so with one nothing is pinned and the API server's proxy is used.
   */
  readonly pins: PinStore | undefined
  readonly greet?: typeof greetKubelet
  readonly now?: () => number
  /** Told whenever a node's way changes. */
  onChange(node: string, way: KubeletWay): void
}

/** Handshakes go to hosts of their own; of a large cluster that cannot be reached each takes its whole limit. */
const AT_ONCE = 32
const AGAIN_MS = 60_000

interface Known {
  readonly address: KubeletAddress
  way: KubeletWay | undefined
  checkedMs: number
}

/** Finds out for each node how its kubelet can be read, and looks again every minute. */
export class KubeletReach {
  readonly #options: ReachOptions
  readonly #nodes = new Map<string, Known>()
  #running: Promise<void> | undefined

  constructor(options: ReachOptions) {
    this.#options = options
  }

  /** The nodes that there are now; new and changed ones are looked at, and those whose last look is old. */
  async observe(addresses: readonly KubeletAddress[]): Promise<void> {
    const names = new Set(addresses.map(({ node }) => node))
    for (const name of this.#nodes.keys()) if (!names.has(name)) this.#nodes.delete(name)
    for (const address of addresses) {
      const known = this.#nodes.get(address.node)
      if (known === undefined || isOther(known.address, address))
        this.#nodes.set(address.node, { address, way: undefined, checkedMs: -Infinity })
    }
    await (this.#running ??= this.#look().finally(() => (this.#running = undefined)))
  }

  /** undefined while nobody has looked. */
  way(node: string): KubeletWay | undefined {
    return this.#nodes.get(node)?.way
  }

  ways(): ReadonlyMap<string, KubeletWay> {
    const known = [...this.#nodes].flatMap(([node, { way }]) => (way === undefined ? [] : [[node, way] as const]))
    return new Map(known)
  }

  async #look(): Promise<void> {
    const now = this.#options.now ?? Date.now
    const due = [...this.#nodes.values()].filter(({ checkedMs }) => now() - checkedMs >= AGAIN_MS)
    if (due.length === 0) return
    const ca = await this.#options.ca()
    await this.#options.pins?.refresh?.()
    const work = async () => {
      for (let known = due.pop(); known !== undefined; known = due.pop()) await this.#check(known, ca, now())
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }

  async #check(known: Known, ca: string, nowMs: number): Promise<void> {
    const { address } = known
    known.checkedMs = nowMs
    const greeting = await (this.#options.greet ?? greetKubelet)(address, ca === '' ? undefined : ca)
    const way = this.#decide(address, greeting, nowMs)
    if (JSON.stringify(way) === JSON.stringify(known.way) || this.#nodes.get(address.node) !== known) return
    known.way = way
    this.#options.onChange(address.node, way)
  }

  #decide(address: KubeletAddress, greeting: KubeletGreeting, nowMs: number): KubeletWay {
    if (greeting.kind === 'unreachable')
      return { way: 'api-server', why: `it does not answer at ${placeOf(address)}: ${greeting.why}` }
    const { pins } = this.#options
    if (pins === undefined)
      return greeting.isVerified
        ? { way: 'direct', pinnedSha256: undefined }
        : { way: 'api-server', why: `the cluster's CA does not vouch for its certificate: ${greeting.why}` }
    const verdict = judgeCertificate(address, greeting, pins, nowMs)
    if (verdict.known === 'no') return { way: 'refused', why: verdict.why, remedy: verdict.remedy }
    return { way: 'direct', pinnedSha256: verdict.known === 'pinned' ? verdict.sha256 : undefined }
  }
}

function isOther(a: KubeletAddress, b: KubeletAddress): boolean {
  return a.uid !== b.uid || a.host !== b.host || a.port !== b.port
}
