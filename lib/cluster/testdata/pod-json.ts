/** The JSON text of a pod as a real API server sends it, of a Deployment with one container. */
export function podJson(i: number, namespace = `team-${i % 20}`): string {
  const set = `payments-api-${(i % 2000).toString(16).padStart(10, '0')}`
  const suffix = (i * 7919).toString(36).padStart(5, 'x')
  const startMs = Date.UTC(2026, 10, 23) + i * 1000
  const when = (seconds: number) => new Date(startMs + seconds * 1000).toISOString().replace('.000', '')
  const hex = (length: number) => ((i + 1) * 2_654_435_761).toString(16).padStart(length, 'ab1')
  const condition = (type: string, seconds: number) => ({
    lastProbeTime: null,
    lastTransitionTime: when(seconds),
    observedGeneration: 1,
    status: 'True',
    type,
  })
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      creationTimestamp: when(0),
      generateName: `${set}-`,
      labels: { app: 'payments-api', 'pod-template-hash': set.slice(-10), tier: 'backend' },
      annotations: { 'prometheus.io/scrape': 'true', 'kubectl.kubernetes.io/restartedAt': when(0) },
      managedFields: [{ manager: 'kubelet', operation: 'Update', fieldsV1: { 'f:status': { 'f:phase': {} } } }],
      name: `${set}-${suffix}`,
      namespace,
      ownerReferences: [
        { apiVersion: 'apps/v1', blockOwnerDeletion: true, controller: true, kind: 'ReplicaSet', name: set, uid: `${hex(8)}-rs-${i % 2000}` },
      ],
      resourceVersion: String(i),
      uid: `${hex(8)}-93ed-4a1c-8f0d-0242ac12${(i % 10_000).toString().padStart(4, '0')}`,
    },
    spec: {
      containers: [
        {
          env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'payments', key: 'token' } } }],
          image: `registry.example.com/shop/payments-api:2.${i % 50}.0`,
          imagePullPolicy: 'IfNotPresent',
          name: 'api',
          ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
          resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '250m', memory: '256Mi' } },
          volumeMounts: [{ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', name: 'token', readOnly: true }],
        },
      ],
      nodeName: `node-${i % 500}`,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 30,
      volumes: [
        {
          name: 'token',
          projected: {
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
            ],
          },
        },
      ],
    },
    status: {
      conditions: [
        condition('PodReadyToStartContainers', 2),
        condition('Initialized', 0),
        condition('Ready', 9),
        condition('ContainersReady', 9),
        condition('PodScheduled', 0),
      ],
      containerStatuses: [
        {
          containerID: `containerd://${hex(64)}`,
          image: `registry.example.com/shop/payments-api:2.${i % 50}.0`,
          imageID: `registry.example.com/shop/payments-api@sha256:${hex(64)}`,
          lastState: {},
          name: 'api',
          ready: true,
          restartCount: 0,
          started: true,
          state: { running: { startedAt: when(3) } },
        },
      ],
      hostIP: '10.0.0.1',
      phase: 'Running',
      podIP: `10.244.${(i >> 8) & 255}.${i & 255}`,
      qosClass: 'Burstable',
      startTime: when(0),
    },
  })
}
