import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import {
  type CertificatePair,
  followServingFiles,
  makeAuthority,
  readServingFiles,
  signServing,
} from '#lib/certificates'
import type { Logger } from '#lib/log'

/** How the server shows who it is. */
export interface TlsOptions {
  /** '' for none. */
  readonly certFile: string
  readonly keyFile: string
  /** Without files, or while they are not there, a certificate of our own is made and kept. */
  readonly selfSigned: boolean
  readonly hostNames: readonly string[]
  /** The data folder. */
  readonly folder: string
}

const LASTS_MS = 365 * 86_400_000
const RENEW_MS = 30 * 86_400_000
const LOOK_MS = 10_000

/** The certificate to begin with, and from then on each other one. */
export async function followCertificate(
  options: TlsOptions,
  log: Logger,
  signal: AbortSignal,
  changed: (pair: CertificatePair) => void,
): Promise<CertificatePair> {
  const { certFile, keyFile, selfSigned } = options
  if ((certFile === '') !== (keyFile === ''))
    throw new Error('--web.tls-cert-file and --web.tls-private-key-file go together: give both')
  const files = { certFile, keyFile }
  const areGiven = () => certFile !== '' && (!selfSigned || existsSync(certFile))
  const followFiles = (pair: CertificatePair) =>
    followServingFiles(files, pair, { changed, problem: ({ message }) => log.warn(message) }, signal)
  if (areGiven()) {
    const pair = await readServingFiles(files)
    void followFiles(pair)
    return pair
  }
  const own = await ownCertificate(options)
  const timer = setInterval(() => void look().catch((error: Error) => log.warn(error.message)), LOOK_MS).unref()
  signal.addEventListener('abort', () => clearInterval(timer))
  let served = own
  const look = async () => {
    if (areGiven()) {
      clearInterval(timer)
      const pair = await readServingFiles(files)
      changed(pair)
      return followFiles(pair)
    }
    const next = await ownCertificate(options)
    if (next.cert !== served.cert) changed((served = next))
  }
  return own
}

/** The one in the data folder, or a new one where it is about to end or does not name this machine. */
async function ownCertificate({ folder, hostNames }: TlsOptions): Promise<CertificatePair> {
  const names = namesOf(hostNames)
  const kept = keptIn(folder)
  if (kept !== undefined && isGood(kept, names)) return kept
  const notBeforeMs = Date.now() - 60_000
  const validity = { notBeforeMs, notAfterMs: notBeforeMs + LASTS_MS }
  const authority = await makeAuthority({ commonName: 'binnacle', ...validity })
  const pair = await signServing(authority, { commonName: names.dnsNames[0], ...names, ...validity })
  const whole = { cert: `${pair.cert.trim()}\n${authority.cert.trim()}\n`, key: pair.key }
  keep(folder, whole)
  return whole
}

function namesOf(hostNames: readonly string[]): { dnsNames: string[]; ipAddresses: string[] } {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
  const usable = addresses.filter((address) => !address.startsWith('fe80:'))
  return {
    dnsNames: [...new Set([...hostNames, hostname(), 'localhost'])],
    ipAddresses: [...new Set(['127.0.0.1', ...usable])].toSorted(),
  }
}

function isGood({ cert }: CertificatePair, { dnsNames }: { readonly dnsNames: readonly string[] }): boolean {
  const certificate = new X509Certificate(cert)
  if (Date.parse(certificate.validTo) - Date.now() < RENEW_MS) return false
  return dnsNames.every((name) => certificate.checkHost(name) !== undefined)
}

function keptIn(folder: string): CertificatePair | undefined {
  try {
    return {
      cert: readFileSync(join(folder, 'tls/own.crt'), 'utf8'),
      key: readFileSync(join(folder, 'tls/own.key'), 'utf8'),
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The key first: a certificate without its key would be of no use. */
function keep(folder: string, { cert, key }: CertificatePair): void {
  const at = join(folder, 'tls')
  mkdirSync(at, { recursive: true, mode: 0o700 })
  for (const [name, text] of [
    ['own.key', key],
    ['own.crt', cert],
  ]) {
    writeFileSync(join(at, `${name}.next`), text, { mode: 0o600 })
    renameSync(join(at, `${name}.next`), join(at, name))
  }
}
