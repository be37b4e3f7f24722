import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { SecureVersion, TlsOptions } from 'node:tls'
import * as v from 'valibot'
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

/** Reads the file of `--tls-config`; a mistake is a ConfigError with its place. */
export function readTls(file: string): TlsOptions {
  const { tls_server_config: config } = loadYaml(readFileSync(file, 'utf8'), file, web).value
  const near = (path: string): Buffer => readFileSync(resolve(dirname(file), path))
  const type = config.client_auth_type ?? (config.client_ca_file ? 'RequireAndVerifyClientCert' : 'NoClientCert')
  return {
    cert: near(config.cert_file),
    key: near(config.key_file),
    ...(config.client_ca_file ? { ca: near(config.client_ca_file) } : {}),
    requestCert: type !== 'NoClientCert',
    // Node verifies a certificate whenever it must have one: RequireAnyClientCert is taken as the stricter one.
    rejectUnauthorized: type === 'RequireAndVerifyClientCert' || type === 'RequireAnyClientCert',
    minVersion: config.min_version === undefined ? 'TLSv1.2' : versions[config.min_version],
    ...(config.max_version === undefined ? {} : { maxVersion: versions[config.max_version] }),
  }
}
