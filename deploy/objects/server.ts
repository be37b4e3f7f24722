import { COMMENT, type KubeObject, labelsOf, NAMESPACE, nameOf, selectorOf, type Value } from './object.ts'
import type { Parameters } from './parameters.ts'
import { httpProbe, podTemplate, resourcesOf, USER } from './pod.ts'
import { PINS } from './rights.ts'

const PORT = 9090
const TLS = '/etc/binnacle/tls'
const CONFIG = '/etc/binnacle/config'

const PROMETHEUS_YML = `# A prometheus.yml, as Prometheus reads it: what is to be scraped beside the cluster, which Binnacle finds by itself.
# Changes are taken when the pod starts again: kubectl -n binnacle rollout restart statefulset binnacle-server
global:
  scrape_interval: 30s
scrape_configs: []
`

/** Scrapes, stores, answers, shows. */
export function serverObjects(parameters: Parameters): KubeObject[] {
  return [config(), service(), statefulSet(parameters)]
}

function config(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'binnacle', namespace: NAMESPACE, labels: labelsOf('server') },
    data: { 'prometheus.yml': PROMETHEUS_YML },
  }
}

function service(): KubeObject {
  return {
    [COMMENT]:
      'The pages and every API, by HTTPS. The cluster chooses the port of the nodes: kubectl -n binnacle get service binnacle',
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'binnacle', namespace: NAMESPACE, labels: labelsOf('server') },
    spec: {
      type: 'NodePort',
      selector: selectorOf('server'),
      ports: [{ name: 'https', port: 443, targetPort: 'https' }],
    },
  }
}

function statefulSet({ image, storage, retentionSize }: Parameters): KubeObject {
  const args = [
    'server',
    `--web.listen-address=:${PORT}`,
    '--web.tls-self-signed',
    `--web.tls-cert-file=${TLS}/tls.crt`,
    `--web.tls-private-key-file=${TLS}/tls.key`,
    `--config.file=${CONFIG}/prometheus.yml`,
    '--storage.tsdb.path=/data',
    `--storage.tsdb.retention.size=${retentionSize}`,
    ...(storage.kind === 'pod' ? ['--storage.ephemeral'] : []),
    '--kube.state=pods',
    `--kube.pins-configmap=${PINS}`,
  ]
  const ready = httpProbe('/-/ready', 'https', 'HTTPS', { periodSeconds: 5, timeoutSeconds: 3 })
  const template = podTemplate({
    component: 'server',
    image,
    args,
    ports: [{ name: 'https', containerPort: PORT }],
    probes: {
      startupProbe: {
        [COMMENT]: 'a full log is read again at the start: up to ten minutes',
        ...(httpProbe('/-/ready', 'https', 'HTTPS', {
          periodSeconds: 2,
          failureThreshold: 300,
          timeoutSeconds: 3,
        }) as object),
      },
      readinessProbe: ready,
      livenessProbe: httpProbe('/-/healthy', 'https', 'HTTPS', {
        periodSeconds: 10,
        failureThreshold: 6,
        timeoutSeconds: 5,
      }),
    },
    resources: resourcesOf('300m', '768Mi', '2Gi'),
    mounts: [
      { [COMMENT]: 'what was stored', name: 'data', mountPath: '/data' },
      { [COMMENT]: 'prometheus.yml', name: 'config', mountPath: CONFIG, readOnly: true },
      {
        [COMMENT]: 'a certificate that is given, instead of one that the server makes',
        name: 'tls',
        mountPath: TLS,
        readOnly: true,
      },
      { [COMMENT]: 'scratch, as the root file system is read-only', name: 'tmp', mountPath: '/tmp' },
    ],
    volumes: [
      { name: 'config', configMap: { name: 'binnacle' } },
      { name: 'tls', secret: { secretName: 'binnacle-tls', optional: true } },
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
      ...(storage.kind === 'pod'
        ? [{ [COMMENT]: 'it goes with the pod', name: 'data', emptyDir: { sizeLimit: storage.limit } }]
        : []),
    ],
    hasToken: true,
    podSecurity: { fsGroup: USER, fsGroupChangePolicy: 'OnRootMismatch' },
    more: { terminationGracePeriodSeconds: 30 },
  })
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: nameOf('server'), namespace: NAMESPACE, labels: labelsOf('server') },
    spec: {
      replicas: 1,
      serviceName: 'binnacle',
      selector: { matchLabels: selectorOf('server') },
      template,
      ...(storage.kind === 'claim' ? claim(storage.size) : {}),
    },
  }
}

/** The claim, and with it the data, stays when the StatefulSet goes. */
function claim(size: string): { readonly [field: string]: Value } {
  return {
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data', labels: selectorOf('server') },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
      },
    ],
  }
}
