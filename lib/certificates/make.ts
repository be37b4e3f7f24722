import { createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto'
import type * as x509Library from '@peculiar/x509'

/** A certificate and the private key that belongs to it, both as PEM. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

/** Between when a certificate is valid. */
export interface Validity {
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** What an authority is called, and between when it may sign. */
export interface AuthorityOptions extends Validity {
  readonly commonName: string
}

/** Whom a serving certificate is for, and between when. */
export interface ServingOptions extends Validity {
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
}

type X509 = typeof x509Library

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const usages: webcrypto.KeyUsage[] = ['sign', 'verify']
/** RFC 5280, ub-common-name: what is longer is refused by some. The whole names stand among the alternative ones. */
const LONGEST_COMMON_NAME = 64

/** Makes a certificate authority in this process; others use `elsewhere.ts`. */
export async function makeAuthority(options: AuthorityOptions): Promise<CertificatePair> {
  const x509 = await library()
  const keys = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...head(options),
    name: subject(options.commonName),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return pair(certificate, keys.privateKey)
}

/** Makes a serving certificate in this process. */
export async function signServing(authority: CertificatePair, options: ServingOptions): Promise<CertificatePair> {
  const x509 = await library()
  const issuer = new x509.X509Certificate(authority.cert)
  const keys = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    ...head(options),
    subject: subject(options.commonName),
    issuer: issuer.subjectName,
    signingKey: signingKey(authority),
    publicKey: keys.publicKey,
    extensions: await servingExtensions(x509, issuer, keys.publicKey, options),
  })
  return pair(certificate, keys.privateKey)
}

async function servingExtensions(
  x509: X509,
  issuer: x509Library.X509Certificate,
  key: webcrypto.CryptoKey,
  { dnsNames, ipAddresses }: ServingOptions,
): Promise<x509Library.Extension[]> {
  const names = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ]
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
    await x509.AuthorityKeyIdentifierExtension.create(issuer),
    await x509.SubjectKeyIdentifierExtension.create(key),
  ]
}

function head({ notBeforeMs, notAfterMs }: Validity) {
  return {
    // 16 bytes that are positive as a number and do not begin with zeros.
    serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(notAfterMs),
    signingAlgorithm: algorithm,
  }
}

/** The form in which nothing needs to be escaped. */
function subject(commonName: string) {
  return [{ CN: [commonName.slice(0, LONGEST_COMMON_NAME)] }]
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, usages)
}

function signingKey({ cert, key }: CertificatePair): webcrypto.CryptoKey {
  const secret = createPrivateKey(key)
  if (secret.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error('the authority cannot sign: its key is not an ECDSA key on the curve P-256')
  if (!new NodeCertificate(cert).checkPrivateKey(secret))
    throw new Error('the authority cannot sign: its key does not belong to its certificate')
  return secret.toCryptoKey(algorithm, true, ['sign'])
}

function pair(certificate: x509Library.X509Certificate, key: webcrypto.CryptoKey): CertificatePair {
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }),
  }
}

/** The metadata must be there before the library is. */
async function library(): Promise<X509> {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}
