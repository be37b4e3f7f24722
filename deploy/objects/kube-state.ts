import { type KubeObject, labelsOf, NAMESPACE, nameOf, selectorOf } from './object.ts'
import type { Parameters } from './parameters.ts'
import { httpProbe, podTemplate, resourcesOf } from './pod.ts'
import { accounts } from './rights.ts'

/** The state of the cluster's objects as metrics. */
export function kubeStateObjects({ image }: Parameters): KubeObject[] {
  return [service(), deployment(image)]
}

function service(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: nameOf('kube-state'), namespace: NAMESPACE, labels: labelsOf('kube-state') },
    spec: {
      selector: selectorOf('kube-state'),
      ports: [
        { name: 'metrics', port: 8080, targetPort: 'metrics' },
        { name: 'telemetry', port: 8081, targetPort: 'telemetry' },
      ],
    },
  }
}

/** What its account may list, so that nothing is asked for in vain. */
function resources(): string {
  const rights = accounts.find(({ account }) => account === nameOf('kube-state'))
  return (rights?.cluster ?? [])
    .flatMap(({ resources: names = [] }) => names)
    .toSorted()
    .join(',')
}

function deployment(image: string): KubeObject {
  const template = podTemplate({
    component: 'kube-state',
    image,
    args: ['kube-state', `--resources=${resources()}`],
    ports: [
      { name: 'metrics', containerPort: 8080 },
      { name: 'telemetry', containerPort: 8081 },
    ],
    probes: {
      readinessProbe: httpProbe('/readyz', 'telemetry', 'HTTP', { periodSeconds: 5, timeoutSeconds: 3 }),
      livenessProbe: httpProbe('/healthz', 'telemetry', 'HTTP', {
        periodSeconds: 15,
        failureThreshold: 6,
        timeoutSeconds: 5,
      }),
    },
    resources: resourcesOf('20m', '64Mi', '512Mi'),
    hasToken: true,
    more: { terminationGracePeriodSeconds: 10 },
  })
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: nameOf('kube-state'), namespace: NAMESPACE, labels: labelsOf('kube-state') },
    spec: { replicas: 1, selector: { matchLabels: selectorOf('kube-state') }, template },
  }
}
