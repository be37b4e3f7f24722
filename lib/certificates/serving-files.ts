import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { CertificatePair } from './make.ts'

/** Where a serving certificate and its key are given. */
export interface ServingFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** A file that cannot serve: which, what is wrong with it, and what to do. */
export class ServingFileError extends Error {
  override readonly name = 'ServingFileError'
  readonly code = 'SERVING_FILE'
}

/** Who is told while files are followed. */
export interface ServingFilesListener {
  /** Both files hold another pair that belongs together. */
  changed(pair: CertificatePair): void
  /** What they hold now cannot serve; said once until it is another problem. What was served is served on. */
  problem(error: ServingFileError): void
}

/** How often files are looked at: a mounted Secret is replaced about once a minute. */
const LOOK_MS = 5_000

/** Reads a certificate (with its chain) and its key; a mistake in them is a ServingFileError. */
export async function readServingFiles({ certFile, keyFile }: ServingFiles): Promise<CertificatePair> {
  const [cert, key] = await Promise.all([read(certFile, 'certificate'), read(keyFile, 'private key')])
  const secret = privateKey(keyFile, key)
  const chain = certificates(certFile, cert)
  if (!chain[0].checkPrivateKey(secret))
    throw new ServingFileError(
      chain.some((one) => one.checkPrivateKey(secret))
        ? `${certFile}: the server's own certificate must be the first one: put those of the authorities after it`
        : `${keyFile}: the key does not belong to the certificate in ${certFile}: give the two that were issued together`,
    )
  return { cert, key }
}

/** Looks at the files until the signal aborts, and tells when they hold another pair than `known`. */
export async function followServingFiles(
  files: ServingFiles,
  known: CertificatePair,
  listener: ServingFilesListener,
  signal: AbortSignal,
  lookMs = LOOK_MS,
): Promise<void> {
  const last = { pair: known, problem: '', told: '' }
  while (await waited(lookMs, signal)) {
    try {
      const pair = await readServingFiles(files)
      last.problem = last.told = ''
      if (pair.cert === last.pair.cert && pair.key === last.pair.key) continue
      last.pair = pair
      listener.changed(pair)
    } catch (error) {
      if (!(error instanceof ServingFileError)) throw error
      // One file may have been replaced a moment before the other: only what is wrong twice is told.
      if (error.message === last.problem && error.message !== last.told) {
        last.told = error.message
        listener.problem(error)
      }
      last.problem = error.message
    }
  }
}

/** False once the signal has aborted. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return setTimeout(ms, true, { signal, ref: false }).catch(() => false)
}

async function read(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'permission denied: let this user read it'
          : message
    throw new ServingFileError(`${file}: cannot read the ${what}: ${why}`, { cause: error })
  }
}

function certificates(file: string, text: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const [first, ...rest] = blocks.map((block, at) => certificate(file, block, at + 1))
  if (first === undefined)
    throw new ServingFileError(`${file}: no certificate in it: give it as PEM (-----BEGIN CERTIFICATE-----)`)
  return [first, ...rest]
}

function certificate(file: string, block: string, number: number): X509Certificate {
  try {
    return new X509Certificate(block)
  } catch (error) {
    throw new ServingFileError(
      `${file}: certificate ${number} cannot be read: ${(error as Error).message}: write the file again`,
      { cause: error },
    )
  }
}

function privateKey(file: string, text: string): KeyObject {
  if (/ENCRYPTED/.test(text))
    throw new ServingFileError(`${file}: the private key is encrypted: give it without a passphrase (openssl pkey)`)
  try {
    return createPrivateKey(text)
  } catch (error) {
    throw new ServingFileError(`${file}: no private key in it: give it as PEM (-----BEGIN PRIVATE KEY-----)`, {
      cause: error,
    })
  }
}
