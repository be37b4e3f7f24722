import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { SecureVersion, TlsOptions } from 'node:tls'
import * as v from 'valibot'
import { followServingFiles, readServingFiles, type ServingFiles } from '#lib/certificates'
import type { Logger } from '#lib/log'
import { loadYaml } from '#lib/yaml'

const versions: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
}

const version = v.optional(v.picklist(Object.keys(versions)))

/** The part of Prometheus' web configuration that is about certificates. */
const web = v.strictObject({
  tls_server_config: v.strictObject({
    cert_file: v.string(),
    key_file: v.string(),
    client_ca_file: v.optional(v.string()),
    client_auth_type: v.optional(
      v.picklist([
        'NoClientCert',
        'RequestClientCert',
        'RequireAnyClientCert',
        'VerifyClientCertIfGiven',
        'RequireAndVerifyClientCert',
      ]),
    ),
    min_version: version,
    max_version: version,
  }),
})

/** How servers speak TLS, and from which files. */
export interface ServedTls {
  readonly options: TlsOptions
  readonly files: ServingFiles
}

/** A server whose certificate can be another from the next connection on. */
export interface Renewable {
  renew(options: TlsOptions): void
}

/** Reads the file of `--tls-config`; a mistake is a ConfigError with its place, or tells the file that cannot serve. */
export async function readTls(file: string): Promise<ServedTls> {
  const { tls_server_config: config } = loadYaml(readFileSync(file, 'utf8'), file, web).value
  const near = (path: string): string => resolve(dirname(file), path)
  const type = config.client_auth_type ?? (config.client_ca_file ? 'RequireAndVerifyClientCert' : 'NoClientCert')
  const files = { certFile: near(config.cert_file), keyFile: near(config.key_file) }
  const options: TlsOptions = {
    ...(await readServingFiles(files)),
    ...(config.client_ca_file ? { ca: readFileSync(near(config.client_ca_file)) } : {}),
    requestCert: type !== 'NoClientCert',
    // Node verifies a certificate whenever it must have one: RequireAnyClientCert is taken as the stricter one.
    rejectUnauthorized: type === 'RequireAndVerifyClientCert' || type === 'RequireAnyClientCert',
    minVersion: config.min_version === undefined ? 'TLSv1.2' : versions[config.min_version],
    ...(config.max_version === undefined ? {} : { maxVersion: versions[config.max_version] }),
  }
  return { options, files }
}

/** Serves with other certificates when their files change, until it is disposed of. */
export function followTls(
  { options, files }: ServedTls,
  servers: readonly Renewable[],
  log: Logger,
  lookMs?: number,
): Disposable {
  const end = new AbortController()
  const known = { cert: String(options.cert), key: String(options.key) }
  const listener = {
    changed: (pair: typeof known) => {
      for (const server of servers) server.renew({ ...options, ...pair })
      log.info({ file: files.certFile }, 'serving with another certificate')
    },
    problem: (error: Error) => log.error({ err: error }, 'the certificate stays as it was'),
  }
  followServingFiles(files, known, listener, end.signal, lookMs).catch((error: unknown) =>
    log.error({ err: error }, 'the certificate is no longer followed'),
  )
  return { [Symbol.dispose]: () => end.abort() }
}
