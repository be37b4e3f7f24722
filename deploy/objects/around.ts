import {
  AGENT_NAMESPACE,
  COMMENT,
  type Component,
  type KubeObject,
  labelsOf,
  NAMESPACE,
  nameOf,
  selectorOf,
  type Value,
} from './object.ts'

const POD_SECURITY = 'pod-security.kubernetes.io'

/** The namespaces, with the standard that pods in them must meet. */
export function namespaceObjects(): KubeObject[] {
  return [
    namespace(NAMESPACE, 'restricted', 'Nothing in here may do more than a web application would.'),
    namespace(
      AGENT_NAMESPACE,
      'privileged',
      'Folders of the node are mounted in here, read-only: no other standard allows that.',
    ),
  ]
}

function namespace(name: string, standard: string, comment: string): KubeObject {
  const labels: Record<string, Value> = { ...labelsOf() }
  for (const mode of ['enforce', 'audit', 'warn']) labels[`${POD_SECURITY}/${mode}`] = standard
  return { [COMMENT]: comment, apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

/** A node may be drained, one pod at a time. */
export function budgetObjects(): KubeObject[] {
  return (['server', 'kube-state', 'metrics-api'] as const).map((component) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: nameOf(component), namespace: NAMESPACE, labels: labelsOf(component) },
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(component) } },
  }))
}

/** Who reaches which port. What goes out is not limited: targets, the API server and DNS may be anywhere. */
export function networkObjects(): KubeObject[] {
  const fromServer: Value = [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } },
      podSelector: { matchLabels: selectorOf('server') },
    },
  ]
  const ports = (...numbers: number[]): Value => numbers.map((port) => ({ protocol: 'TCP', port }))
  return [
    policy('server', NAMESPACE, 'The pages and APIs ask everyone who they are.', [{ ports: ports(9090) }]),
    policy('kube-state', NAMESPACE, 'It tells of the whole cluster and asks nobody: only the server may ask it.', [
      { from: fromServer, ports: ports(8080, 8081) },
    ]),
    policy('metrics-api', NAMESPACE, 'The API server comes from addresses that no policy can know.', [
      { ports: ports(10250) },
      { from: fromServer, ports: ports(8081) },
    ]),
    policy('agent', AGENT_NAMESPACE, 'It tells of the node and asks nobody: only the server may ask it.', [
      { from: fromServer, ports: ports(9100) },
    ]),
  ]
}

function policy(component: Component, namespaceName: string, comment: string, ingress: Value): KubeObject {
  return {
    [COMMENT]: comment,
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: nameOf(component), namespace: namespaceName, labels: labelsOf(component) },
    spec: { podSelector: { matchLabels: selectorOf(component) }, policyTypes: ['Ingress'], ingress },
  }
}
