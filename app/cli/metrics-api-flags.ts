/** A flag of metrics-api. */
export interface MetricsApiFlag {
  readonly name: string
  readonly type: 'bool' | 'int' | 'string' | 'stringslice' | 'duration'
  readonly help: string
  readonly default?: string
  /** It is metrics-server's, or of the groups that it takes from k8s.io/apiserver; otherwise our own. */
  readonly from: 'metrics-server' | 'apiserver' | 'binnacle'
  /** It is taken so that arguments need no edit, and changes nothing: why. */
  readonly withoutEffect?: string
}

const UPSTREAM = 'metrics-server' as const
const SERVING = 'apiserver' as const
const OWN = 'binnacle' as const
const FOLLOWED = 'it is read from kube-system/extension-apiserver-authentication and followed'
const ONE_ACCESS = 'one access serves for everything: --kubeconfig, or that of the pod'

export const metricsApiFlags: readonly MetricsApiFlag[] = [
  flag(UPSTREAM, 'kubelet-insecure-tls', 'bool', 'look at no certificate of a kubelet: for tests only', 'false'),
  flag(
    UPSTREAM,
    'kubelet-use-node-status-port',
    'bool',
    'the port that the status of a node names, before --kubelet-port',
    'false',
  ),
  flag(UPSTREAM, 'kubelet-port', 'int', 'port of the kubelets', '10250'),
  flag(
    UPSTREAM,
    'kubelet-preferred-address-types',
    'stringslice',
    'types of addresses of a node, best first',
    'Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP',
  ),
  flag(
    UPSTREAM,
    'kubelet-certificate-authority',
    'string',
    'file of the authority that vouches for kubelets; otherwise that of the cluster',
  ),
  flag(UPSTREAM, 'kubelet-client-key', 'string', 'file of the key of our certificate for kubelets'),
  flag(UPSTREAM, 'kubelet-client-certificate', 'string', 'file of our certificate for kubelets'),
  flag(UPSTREAM, 'kubelet-request-timeout', 'duration', 'how long a kubelet may take', '10s'),
  flag(UPSTREAM, 'node-selector', 'string', 'only nodes with these labels'),
  flag(
    UPSTREAM,
    'deprecated-kubelet-completely-insecure',
    'bool',
    'kubelets without TLS: no longer there, use --kubelet-insecure-tls',
  ),
  flag(UPSTREAM, 'metric-resolution', 'duration', 'how often kubelets are read, 10s or more', '60s'),
  flag(UPSTREAM, 'kubeconfig', 'string', 'a kubeconfig; without it the service account of the pod'),
  flag(SERVING, 'secure-port', 'int', 'port to serve HTTPS on', '10250'),
  flag(SERVING, 'bind-address', 'string', 'address to listen on', '0.0.0.0'),
  flag(SERVING, 'tls-cert-file', 'string', 'file of the serving certificate; without it one is made and kept'),
  flag(SERVING, 'tls-private-key-file', 'string', 'file of its key'),
  without(SERVING, 'cert-dir', 'string', 'nothing is written to disk'),
  without(SERVING, 'tls-min-version', 'string', 'TLS 1.2 and 1.3 are spoken'),
  without(SERVING, 'tls-cipher-suites', 'stringslice', "Node's are used"),
  without(SERVING, 'requestheader-client-ca-file', 'string', FOLLOWED),
  without(SERVING, 'requestheader-allowed-names', 'stringslice', FOLLOWED),
  without(SERVING, 'requestheader-username-headers', 'stringslice', FOLLOWED),
  without(SERVING, 'requestheader-group-headers', 'stringslice', FOLLOWED),
  without(SERVING, 'requestheader-extra-headers-prefix', 'stringslice', FOLLOWED),
  without(SERVING, 'client-ca-file', 'string', FOLLOWED),
  without(SERVING, 'authentication-kubeconfig', 'string', ONE_ACCESS),
  without(SERVING, 'authorization-kubeconfig', 'string', ONE_ACCESS),
  flag(
    SERVING,
    'authorization-always-allow-paths',
    'stringslice',
    'paths that everyone may get',
    '/healthz,/readyz,/livez',
  ),
  flag(OWN, 'telemetry-address', 'string', 'address of our own metrics, HOST:PORT; empty: none', ':8081'),
  flag(OWN, 'service-name', 'string', 'our Service, which the APIService leads to', 'binnacle-metrics-api'),
  flag(OWN, 'service-namespace', 'string', 'its namespace; otherwise that of the pod'),
  flag(OWN, 'cluster-role', 'string', 'the ClusterRole that owns the APIService', 'binnacle-metrics-api'),
  flag(
    OWN,
    'kubelet-pins-configmap',
    'string',
    'ConfigMap of kubelet certificates that no authority vouches for',
    'binnacle-kubelet-pins',
  ),
  flag(OWN, 'kube.context', 'string', 'a context of the kubeconfig; without it its current one'),
]

function flag(
  from: MetricsApiFlag['from'],
  name: string,
  type: MetricsApiFlag['type'],
  help: string,
  value?: string,
): MetricsApiFlag {
  return { name, type, help, from, ...(value === undefined ? {} : { default: value }) }
}

function without(
  from: MetricsApiFlag['from'],
  name: string,
  type: MetricsApiFlag['type'],
  withoutEffect: string,
): MetricsApiFlag {
  return { name, type, help: 'as in metrics-server', from, withoutEffect }
}
