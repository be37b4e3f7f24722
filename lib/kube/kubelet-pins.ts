import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Stands for the fingerprint of a node whose certificates an authority vouches for: they come and go. */
export const VERIFIED = '0'.repeat(64)

/** Never over: to go back to a certificate that nobody vouches for is a change like any other. */
export function verifiedPin(node: string, nowMs: number): KubeletPin {
  return { node, sha256: VERIFIED, notAfterMs: FAR_MS, sinceMs: nowMs }
}

const FAR_MS = Date.UTC(9999, 0)

/** A kubelet's certificate as it was first seen. */
export interface KubeletPin {
  readonly node: string
  readonly sha256: string
  readonly notAfterMs: number
  readonly sinceMs: number
}

/** Where pins are kept, by the UID of the node. */
export interface PinStore {
  /** Reads what others have written; called before certificates are judged. Rejects where pins cannot be known. */
  refresh?(): Promise<void>
  /** What a person does to accept another certificate: a command, or a step in words. */
  acceptCommand(uid: string): string
  get(uid: string): KubeletPin | undefined
  set(uid: string, pin: KubeletPin): void
  /** Keeps that an authority vouches for this node; written once. */
  recordVerified(uid: string, node: string, nowMs: number): void
}

/** Pins in a file of the data folder. A file that cannot be read is an error: to forget pins would trust anew in silence. */
export class PinFile implements PinStore {
  readonly #file: string
  readonly #pins: Map<string, KubeletPin>

  constructor(file: string) {
    this.#file = file
    this.#pins = new Map(Object.entries(readPins(file)))
  }

  acceptCommand(uid: string): string {
    return `remove the entry ${uid} from ${this.#file} and start again`
  }

  get(uid: string): KubeletPin | undefined {
    return this.#pins.get(uid)
  }

  recordVerified(uid: string, node: string, nowMs: number): void {
    if (this.get(uid)?.sha256 !== VERIFIED) this.set(uid, verifiedPin(node, nowMs))
  }

  set(uid: string, pin: KubeletPin): void {
    this.#pins.set(uid, pin)
    mkdirSync(dirname(this.#file), { recursive: true })
    const next = `${this.#file}.next`
    writeFileSync(next, `${JSON.stringify(Object.fromEntries(this.#pins), undefined, 2)}\n`, { mode: 0o600 })
    renameSync(next, this.#file)
  }
}

function readPins(file: string): Record<string, KubeletPin> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, KubeletPin>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`cannot read the pinned certificates of kubelets in ${file}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
