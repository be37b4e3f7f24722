import { COMMENT, type KubeObject, labelsOf, NAMESPACE, nameOf, selectorOf } from './object.ts'
import type { Parameters } from './parameters.ts'
import { httpProbe, podTemplate, resourcesOf } from './pod.ts'

const PORT = 10250

/** metrics.k8s.io. Its APIService is not here: the program makes it where there is none, and owns it. */
export function metricsApiObjects({ image }: Parameters): KubeObject[] {
  return [service(), deployment(image)]
}

function service(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: nameOf('metrics-api'), namespace: NAMESPACE, labels: labelsOf('metrics-api') },
    spec: {
      selector: selectorOf('metrics-api'),
      ports: [{ name: 'https', port: 443, targetPort: 'https', appProtocol: 'https' }],
    },
  }
}

function deployment(image: string): KubeObject {
  const template = podTemplate({
    component: 'metrics-api',
    image,
    args: [
      'metrics-api',
      `--secure-port=${PORT}`,
      '--metric-resolution=15s',
      '--kubelet-use-node-status-port',
      '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
    ],
    ports: [
      {
        [COMMENT]: 'the port of kubelets, which private control planes reach already',
        name: 'https',
        containerPort: PORT,
      },
      { name: 'telemetry', containerPort: 8081 },
    ] as never,
    probes: {
      readinessProbe: httpProbe('/readyz', 'telemetry', 'HTTP', { periodSeconds: 2, timeoutSeconds: 3 }),
      livenessProbe: httpProbe('/livez', 'telemetry', 'HTTP', {
        periodSeconds: 15,
        failureThreshold: 6,
        timeoutSeconds: 5,
      }),
    },
    resources: resourcesOf('20m', '64Mi', '1Gi'),
    hasToken: true,
    more: {
      terminationGracePeriodSeconds: 30,
    },
  })
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: nameOf('metrics-api'), namespace: NAMESPACE, labels: labelsOf('metrics-api') },
    spec: {
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selectorOf('metrics-api') },
      template,
    },
  }
}
