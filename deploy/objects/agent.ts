import { AGENT_NAMESPACE, COMMENT, type KubeObject, labelsOf, nameOf, selectorOf } from './object.ts'
import type { Parameters } from './parameters.ts'
import { httpProbe, podTemplate, resourcesOf } from './pod.ts'

const PORT = 9100

/** Reads each node's /proc and /sys. */
export function agentObjects({ image }: Parameters): KubeObject[] {
  return [service(), daemonSet(image)]
}

function service(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: nameOf('agent'), namespace: AGENT_NAMESPACE, labels: labelsOf('agent') },
    spec: {
      clusterIP: 'None',
      selector: selectorOf('agent'),
      ports: [{ name: 'metrics', port: PORT, targetPort: 'metrics' }],
    },
  }
}

function daemonSet(image: string): KubeObject {
  const host = (path: string) => ({ name: path.slice(1).replace('/', '-'), hostPath: { path, type: 'Directory' } })
  const mount = (path: string, why: string) => ({
    [COMMENT]: why,
    name: path.slice(1).replace('/', '-'),
    mountPath: `/host${path}`,
    readOnly: true,
  })
  const template = podTemplate({
    component: 'agent',
    image,
    args: [
      'agent',
      `--web.listen-address=:${PORT}`,
      '--path.procfs=/host/proc',
      '--path.sysfs=/host/sys',
      '--path.logs=/host/var/log',
      '--docker.socket=',
      '--node.name=$(NODE_NAME)',
      '--no-collector.filesystem',
    ],
    env: [
      {
        [COMMENT]: "uname's node name is the pod's own",
        name: 'NODE_NAME',
        valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } },
      },
    ],
    ports: [{ name: 'metrics', containerPort: PORT }],
    probes: {
      readinessProbe: httpProbe('/-/healthy', 'metrics', 'HTTP', { periodSeconds: 10, timeoutSeconds: 5 }),
      livenessProbe: httpProbe('/-/healthy', 'metrics', 'HTTP', {
        periodSeconds: 15,
        failureThreshold: 6,
        timeoutSeconds: 5,
      }),
    },
    resources: resourcesOf('50m', '96Mi', '256Mi'),
    mounts: [
      mount('/proc', "CPU, memory, disks, and by /proc/1/net the network of the node: not the pod's own"),
      mount('/sys', 'devices, their temperatures and speeds, control groups'),
      mount('/var/log', 'which container a control group belongs to: the kubelet names its logs after it'),
    ],
    volumes: [host('/proc'), host('/sys'), host('/var/log')],
    hasToken: false,
    more: {
      tolerations: [{ [COMMENT]: 'every node is watched, whatever its taints', operator: 'Exists' }],
      terminationGracePeriodSeconds: 10,
    },
  })
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: nameOf('agent'), namespace: AGENT_NAMESPACE, labels: labelsOf('agent') },
    spec: {
      selector: { matchLabels: selectorOf('agent') },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
      template,
    },
  }
}
