import { type KubeletPin, type PinStore, VERIFIED } from './kubelet-pins.ts'

/** Whose certificate it is. */
export interface CertificateOwner {
  /** What it is known by: the node, or `node:port`. */
  readonly node: string
  /** What a pin belongs to. */
  readonly uid: string
  readonly host: string
  readonly port: number
}

/** A certificate as a handshake showed it. */
export interface SeenCertificate {
  /** Whether the cluster's CA vouches for it, under this address. */
  readonly isVerified: boolean
  /** SHA-256, hexadecimal digits without colons, lower case. */
  readonly sha256: string
  readonly notAfterMs: number
}

export type CertificateVerdict =
  | { readonly known: 'verified' }
  | { readonly known: 'pinned'; readonly sha256: string }
  /** It is neither; nothing may be sent to it. */
  | { readonly known: 'no'; readonly why: string; readonly remedy: string }

/**
 * Decides whether a certificate is its owner's: the cluster's CA vouches for it, or it is the one that was seen first.
 * Kubelets do not renew certificates that they signed themselves, so the dates of a pinned one are told, not enforced;
 * they only say when another one may take its place. Where the CA has once vouched for a node it must go on doing so.
 */
export function judgeCertificate(
  owner: CertificateOwner,
  seen: SeenCertificate,
  pins: PinStore,
  nowMs: number,
): CertificateVerdict {
  if (seen.isVerified) {
    pins.recordVerified(owner.uid, owner.node, nowMs)
    return { known: 'verified' }
  }
  const { sha256, notAfterMs } = seen
  const pin = pins.get(owner.uid)
  if (pin?.sha256 === sha256) return { known: 'pinned', sha256 }
  if (pin !== undefined && pin.notAfterMs >= nowMs) return another(owner, pin, pins)
  pins.set(owner.uid, { node: owner.node, sha256, notAfterMs, sinceMs: nowMs })
  return { known: 'pinned', sha256 }
}

/** `10.0.0.1:10250`, `[fd00::1]:10250`. */
export function placeOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function another(owner: CertificateOwner, { sha256, sinceMs }: KubeletPin, pins: PinStore): CertificateVerdict {
  const date = new Date(sinceMs).toISOString().slice(0, 10)
  const what =
    sha256 === VERIFIED
      ? `a certificate that no authority vouches for, as one has since ${date}`
      : `another certificate than the one pinned on ${date}`
  return {
    known: 'no',
    why: `${owner.node} answers at ${placeOf(owner)} with ${what}; nothing is sent to it`,
    remedy: `If it was changed on purpose, accept it: ${pins.acceptCommand(owner.uid)}`,
  }
}
