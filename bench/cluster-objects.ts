/** Objects as a busy cluster has them: what is created, and the status that controllers and kubelets would have written. */

/** An object and where it is made. */
export interface Made {
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** Written through `/status` afterwards. */
  readonly status?: Readonly<Record<string, unknown>>
}

export const NAMESPACES = 50
const TIME = '2026-03-01T10:00:00Z'

export function namespaceOf(i: number): string {
  return `team-${i % NAMESPACES}`
}

export function namespace(i: number): Made {
  return { path: '/api/v1/namespaces', body: { metadata: { name: `team-${i}`, labels: { team: `t${i}` } } } }
}

export function node(i: number): Made {
  const name = nodeName(i)
  const room = { cpu: '16', memory: '65843420Ki', 'ephemeral-storage': '103079844Ki', pods: '110' }
  const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
    type,
    status: type === 'Ready' ? 'True' : 'False',
    reason: 'KubeletIsFine',
    message: 'the kubelet is fine',
    lastHeartbeatTime: TIME,
    lastTransitionTime: TIME,
  }))
  return {
    path: '/api/v1/nodes',
    body: {
      metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${i % 3}` } },
      spec: { podCIDR: `10.${100 + (i >> 8)}.${i & 255}.0/24`, providerID: `bench://${name}` },
    },
    status: {
      capacity: room,
      allocatable: { ...room, cpu: '15800m' },
      conditions,
      addresses: [{ type: 'InternalIP', address: `10.0.${i >> 8}.${i & 255}` }],
      nodeInfo: {
        machineID: `machine-${i}`,
        systemUUID: `system-${i}`,
        bootID: `boot-${i}`,
        kernelVersion: '6.12.9',
        osImage: 'Debian GNU/Linux 13 (trixie)',
        containerRuntimeVersion: 'containerd://2.1.3',
        kubeletVersion: 'v1.37.2',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  }
}

export function nodeName(i: number): string {
  return `node-${i}.internal`
}

export function deployment(i: number): Made {
  const app = `service-${i}`
  const labels = { app, 'app.kubernetes.io/name': app, 'app.kubernetes.io/part-of': `suite-${i % 20}` }
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: 'Fine',
    message: 'fine',
    lastUpdateTime: TIME,
    lastTransitionTime: TIME,
  })
  return {
    path: `/apis/apps/v1/namespaces/${namespaceOf(i)}/deployments`,
    body: {
      metadata: { name: app, labels },
      spec: {
        replicas: 5,
        selector: { matchLabels: { app } },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'main', image: `registry.example/${app}:1.4.${i % 9}` }] },
        },
      },
    },
    status: {
      observedGeneration: 1,
      replicas: 5,
      updatedReplicas: 5,
      readyReplicas: 5,
      availableReplicas: 5,
      conditions: [condition('Available'), condition('Progressing')],
    },
  }
}

export function secret(i: number): Made {
  const type = i % 3 === 0 ? 'kubernetes.io/tls' : 'Opaque'
  const text = Buffer.alloc(600, 'x').toString('base64')
  return {
    path: `/api/v1/namespaces/${namespaceOf(i)}/secrets`,
    body: { metadata: { name: `secret-${i}` }, type, data: { 'tls.crt': text, 'tls.key': text } },
  }
}

export function configMap(i: number): Made {
  return {
    path: `/api/v1/namespaces/${namespaceOf(i)}/configmaps`,
    body: { metadata: { name: `settings-${i}` }, data: { 'settings.yaml': 'key: value\n'.repeat(80) } },
  }
}

/** A pod of one container, every third with a second beside it. */
export function pod(i: number): Made {
  const app = `service-${i % 2000}`
  const name = podName(i)
  const names = i % 3 === 0 ? ['main', 'proxy'] : ['main']
  const labels = { app, 'app.kubernetes.io/name': app, 'pod-template-hash': '7c9f5d8b6c' }
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-7c9f5d8b6c`, uid: uid(i), controller: true }
  return {
    path: `/api/v1/namespaces/${namespaceOf(i)}/pods`,
    body: {
      metadata: { name, labels, ownerReferences: [owner], annotations: { 'example.org/checksum': uid(i) } },
      spec: {
        nodeName: nodeName(i % 500),
        tolerations: ['not-ready', 'unreachable'].map((taint) => ({
          key: `node.kubernetes.io/${taint}`,
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        })),
        volumes: [{ name: 'settings', configMap: { name: `settings-${i % 2500}` } }],
        containers: names.map((container) => ({
          name: container,
          image: `registry.example/${container}:1.4.${i % 9}`,
          ports: [{ containerPort: 8080, name: `${container}-http` }],
          env: [{ name: 'LEVEL', value: 'info' }],
          volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }],
          readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
          resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
        })),
      },
    },
    status: podStatus(i, 0),
  }
}

export function podName(i: number): string {
  return `service-${i % 2000}-7c9f5d8b6c-${((i * 2654435761) % 2 ** 32).toString(36).padStart(7, 'x').slice(-5)}${i.toString(36)}`
}

/** How a pod is doing after so many restarts. */
export function podStatus(i: number, restarts: number): Readonly<Record<string, unknown>> {
  const names = i % 3 === 0 ? ['main', 'proxy'] : ['main']
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: TIME })
  return {
    phase: 'Running',
    qosClass: 'Burstable',
    startTime: TIME,
    hostIP: `10.0.${(i % 500) >> 8}.${i & 255}`,
    podIP: `10.${100 + (i >> 13)}.${(i >> 5) & 255}.${(i & 31) + 2}`,
    podIPs: [{ ip: `10.${100 + (i >> 13)}.${(i >> 5) & 255}.${(i & 31) + 2}` }],
    conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
    containerStatuses: names.map((name) => ({
      name,
      ready: true,
      started: true,
      restartCount: restarts,
      image: `registry.example/${name}:1.4.${i % 9}`,
      imageID: `registry.example/${name}@sha256:${uid(i).replaceAll('-', '').repeat(2)}`,
      containerID: `containerd://${uid(i + restarts)
        .replaceAll('-', '')
        .repeat(2)}`,
      state: { running: { startedAt: TIME } },
    })),
  }
}

/** The same for the same number, and unlike any other. */
function uid(i: number): string {
  let state = (i + 1) * 2654435761
  const hex = Array.from({ length: 4 }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i) >>> 0
    return state.toString(16).padStart(8, '0')
  }).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
