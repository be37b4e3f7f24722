import { type Component, labelsOf, nameOf, type Value } from './object.ts'

/** The user of the image: not root. */
export const USER = 65532

/** What a pod with its API server's token is made of. */
export interface PodParts {
  readonly component: Component
  readonly image: string
  readonly args: readonly string[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly probes: { readonly [probe: string]: Value }
  readonly resources: Value
  readonly mounts?: readonly Value[]
  readonly volumes?: readonly Value[]
  readonly env?: readonly Value[]
  /** Whether it asks the API server anything. */
  readonly hasToken: boolean
  readonly podSecurity?: { readonly [field: string]: Value }
  readonly security?: { readonly [field: string]: Value }
  readonly more?: { readonly [field: string]: Value }
}

/** A pod template that the standard `restricted` lets pass, but for what a caller overrides. */
export function podTemplate(parts: PodParts): Value {
  const { component, hasToken, podSecurity = {}, more = {}, volumes = [] } = parts
  return {
    metadata: { labels: labelsOf(component) },
    spec: {
      serviceAccountName: nameOf(component),
      automountServiceAccountToken: hasToken,
      enableServiceLinks: false,
      ...more,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        seccompProfile: { type: 'RuntimeDefault' },
        ...podSecurity,
      },
      containers: [container(parts)],
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  }
}

function container({
  component,
  image,
  args,
  ports,
  probes,
  resources,
  mounts = [],
  env = [],
  security = {},
}: PodParts): Value {
  return {
    name: component,
    image,
    imagePullPolicy: 'IfNotPresent',
    args,
    ...(env.length === 0 ? {} : { env }),
    ports,
    ...probes,
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      ...security,
    },
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
  }
}

/** Requests are what the program takes in a small cluster; there is no limit of CPU, which would throttle the monitor. */
export function resourcesOf(cpu: string, memory: string, memoryLimit: string): Value {
  return { requests: { cpu, memory }, limits: { memory: memoryLimit } }
}

export function httpProbe(
  path: string,
  port: string,
  scheme: 'HTTP' | 'HTTPS',
  timing: { readonly [field: string]: Value },
): Value {
  return { httpGet: { path, port, scheme }, ...timing }
}
