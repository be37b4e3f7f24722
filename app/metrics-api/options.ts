import { parseLabelSelector, type LabelRequirement } from '#lib/kube'
import { parseDuration } from '#lib/model'
import { metricsApiFlags } from '../cli/metrics-api-flags.ts'

/** The annotation of a node that names another path than `/metrics/resource`. */
export const PATH_ANNOTATION = 'metrics.k8s.io/resource-metrics-path'

/** What the flags mean. */
export interface MetricsApiOptions {
  readonly insecureTls: boolean
  readonly useStatusPort: boolean
  readonly kubeletPort: number
  readonly addressTypes: readonly string[]
  /** Files; '' for none. */
  readonly kubeletCa: string
  readonly kubeletCert: string
  readonly kubeletKey: string
  readonly timeoutMs: number
  readonly resolutionMs: number
  readonly nodeSelector: readonly LabelRequirement[]
  readonly kubeconfig: string
  readonly context: string
  readonly host: string
  readonly port: number
  readonly certFile: string
  readonly keyFile: string
  readonly allowedPaths: readonly string[]
  readonly telemetryAddress: string
  readonly serviceName: string
  readonly serviceNamespace: string
  readonly clusterRole: string
  readonly pinsConfigMap: string
}

/** Flags that do not go together. */
export class MetricsApiFlagError extends Error {
  override readonly name = 'MetricsApiFlagError'
  readonly code = 'METRICS_API_FLAGS'
}

const MIN_RESOLUTION_MS = 10_000

/** Reads the flags, by name without dashes; what is not given has its default. Throws a MetricsApiFlagError. */
export function metricsApiOptions(given: Readonly<Record<string, string>>): MetricsApiOptions {
  const defaults = new Map(metricsApiFlags.map((one) => [one.name, one.default ?? '']))
  const text = (name: string) => given[name] ?? defaults.get(name) ?? ''
  const list = (name: string) =>
    text(name)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
  const options = {
    insecureTls: bool('kubelet-insecure-tls', text('kubelet-insecure-tls')),
    useStatusPort: bool('kubelet-use-node-status-port', text('kubelet-use-node-status-port')),
    kubeletPort: port('kubelet-port', text('kubelet-port')),
    addressTypes: list('kubelet-preferred-address-types'),
    kubeletCa: text('kubelet-certificate-authority'),
    kubeletCert: text('kubelet-client-certificate'),
    kubeletKey: text('kubelet-client-key'),
    timeoutMs: goDurationMs('kubelet-request-timeout', text('kubelet-request-timeout')),
    resolutionMs: goDurationMs('metric-resolution', text('metric-resolution')),
    nodeSelector: selector(text('node-selector')),
    kubeconfig: text('kubeconfig'),
    context: text('kube.context'),
    host: text('bind-address'),
    port: port('secure-port', text('secure-port')),
    certFile: text('tls-cert-file'),
    keyFile: text('tls-private-key-file'),
    allowedPaths: list('authorization-always-allow-paths'),
    telemetryAddress: text('telemetry-address'),
    serviceName: text('service-name'),
    serviceNamespace: text('service-namespace'),
    clusterRole: text('cluster-role'),
    pinsConfigMap: text('kubelet-pins-configmap'),
  }
  if (bool('deprecated-kubelet-completely-insecure', text('deprecated-kubelet-completely-insecure') || 'false'))
    throw new MetricsApiFlagError(
      '--deprecated-kubelet-completely-insecure: kubelets without TLS are not read; use --kubelet-insecure-tls',
    )
  check(options)
  return options
}

function check(options: MetricsApiOptions): void {
  const refuse = (why: string): never => {
    throw new MetricsApiFlagError(why)
  }
  const { kubeletCa, kubeletCert, kubeletKey, certFile, keyFile, insecureTls, timeoutMs, resolutionMs } = options
  if (kubeletCa !== '' && insecureTls)
    refuse('--kubelet-certificate-authority and --kubelet-insecure-tls exclude each other: give one')
  if ((kubeletCert === '') !== (kubeletKey === ''))
    refuse('--kubelet-client-certificate and --kubelet-client-key go together: give both')
  if ((certFile === '') !== (keyFile === ''))
    refuse('--tls-cert-file and --tls-private-key-file go together: give both')
  if (timeoutMs <= 0) refuse('--kubelet-request-timeout must be longer than 0')
  if (resolutionMs < MIN_RESOLUTION_MS) refuse(`--metric-resolution must be at least ${MIN_RESOLUTION_MS / 1000}s`)
  if (timeoutMs >= (resolutionMs * 9) / 10)
    refuse('--kubelet-request-timeout must be shorter than nine tenths of --metric-resolution')
}

function bool(name: string, text: string): boolean {
  if (['true', 'false', '1', '0', 't', 'f'].includes(text.toLowerCase())) return /^(true|1|t)$/i.test(text)
  throw new MetricsApiFlagError(`--${name}: ${JSON.stringify(text)} is neither true nor false`)
}

function port(name: string, text: string): number {
  const number = Number(text)
  if (/^\d{1,5}$/.test(text) && number <= 65535) return number
  throw new MetricsApiFlagError(`--${name}: ${JSON.stringify(text)} is no port`)
}

/** Go's durations have fractions and several units: `1m30s`, `1.5s`. */
function goDurationMs(name: string, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text)
    return Math.round(parts.reduce((sum, [, number, unit]) => sum + Number(number) * parseDuration(`1${unit}`), 0))
  if (text === '0') return 0
  throw new MetricsApiFlagError(`--${name}: ${JSON.stringify(text)} is no duration: write 15s or 1m30s`)
}

function selector(text: string): readonly LabelRequirement[] {
  try {
    return parseLabelSelector(text)
  } catch (error) {
    throw new MetricsApiFlagError(`--node-selector: ${(error as Error).message}`, { cause: error })
  }
}
