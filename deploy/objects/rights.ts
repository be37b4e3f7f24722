import { NAMESPACE } from './object.ts'

/** One rule, and why it is needed. */
export interface Right {
  readonly why: string
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
  readonly verbs: readonly string[]
}

/** What one service account may do: everywhere, in a namespace, and by roles that Kubernetes brings. */
export interface AccountRights {
  readonly account: string
  readonly cluster: readonly Right[]
  /** By namespace. */
  readonly namespaced: Readonly<Record<string, readonly Right[]>>
  /** Roles of Kubernetes that are bound: a ClusterRole, or a Role of a namespace. */
  readonly bound: readonly {
    readonly kind: 'ClusterRole' | 'Role'
    readonly name: string
    readonly namespace: string
    readonly why: string
  }[]
}

const WATCH = ['list', 'watch']
/** Made by the program itself, and changed by it alone; server-side apply asks for create and patch of this one name. */
const OWN = ['get', 'create', 'patch']
export const PINS = 'binnacle-kubelet-pins'

const pins: Right = {
  why: 'certificates of kubelets that no authority vouches for, as they were first seen',
  apiGroups: [''],
  resources: ['configmaps'],
  resourceNames: [PINS],
  verbs: OWN,
}

/** Reviews of tokens and of access. */
const reviews = {
  kind: 'ClusterRole' as const,
  name: 'system:auth-delegator',
  namespace: '',
  why: 'asks the API server whose a token is and what they may do (TokenReview, SubjectAccessReview)',
}

const kubeletMetrics: Right = {
  why: 'use of nodes, pods and containers, read from kubelets; nothing else of them',
  apiGroups: [''],
  resources: ['nodes/metrics'],
  verbs: ['get'],
}

const server: AccountRights = {
  account: 'binnacle-server',
  cluster: [
    {
      why: 'pages, discovery of targets, what is wrong in words; of events only warnings are asked for',
      apiGroups: [''],
      resources: [
        'endpoints',
        'events',
        'namespaces',
        'nodes',
        'persistentvolumeclaims',
        'persistentvolumes',
        'pods',
        'replicationcontrollers',
        'resourcequotas',
        'services',
      ],
      verbs: WATCH,
    },
    {
      why: 'workloads',
      apiGroups: ['apps'],
      resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
      verbs: WATCH,
    },
    { why: 'workloads', apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: WATCH },
    { why: 'workloads', apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: WATCH },
    { why: 'budgets that hold up a drain', apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: WATCH },
    { why: 'where services lead', apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: WATCH },
    { why: 'targets of probes', apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: WATCH },
    {
      why: 'claims that cannot be bound or attached',
      apiGroups: ['storage.k8s.io'],
      resources: ['storageclasses', 'volumeattachments'],
      verbs: WATCH,
    },
    {
      why: 'which program answers metrics.k8s.io, and aggregated APIs that do not answer',
      apiGroups: ['apiregistration.k8s.io'],
      resources: ['apiservices'],
      verbs: WATCH,
    },
    {
      why: 'which kinds there are, names alone: monitors are watched once they are defined',
      apiGroups: ['apiextensions.k8s.io'],
      resources: ['customresourcedefinitions'],
      verbs: WATCH,
    },
    {
      why: 'what the Prometheus operator would scrape',
      apiGroups: ['monitoring.coreos.com'],
      resources: ['podmonitors', 'probes', 'scrapeconfigs', 'servicemonitors'],
      verbs: WATCH,
    },
    kubeletMetrics,
    {
      why: 'metrics of the API server, scheduler and controller manager',
      nonResourceURLs: ['/metrics'],
      verbs: ['get'],
    },
  ],
  namespaced: { [NAMESPACE]: [pins] },
  bound: [reviews],
}

/** What kube-state tells of, but secrets: whoever may list those may read them. */
const kubeState: AccountRights = {
  account: 'binnacle-kube-state',
  cluster: [
    {
      why: 'kube_* of the core; of config maps names alone are asked for',
      apiGroups: [''],
      resources: [
        'configmaps',
        'endpoints',
        'limitranges',
        'namespaces',
        'nodes',
        'persistentvolumeclaims',
        'persistentvolumes',
        'pods',
        'replicationcontrollers',
        'resourcequotas',
        'services',
      ],
      verbs: WATCH,
    },
    {
      why: 'kube_daemonset_*, kube_deployment_* …',
      apiGroups: ['apps'],
      resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
      verbs: WATCH,
    },
    { why: 'kube_cronjob_*, kube_job_*', apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: WATCH },
    {
      why: 'kube_horizontalpodautoscaler_*',
      apiGroups: ['autoscaling'],
      resources: ['horizontalpodautoscalers'],
      verbs: WATCH,
    },
    { why: 'kube_poddisruptionbudget_*', apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: WATCH },
    {
      why: 'kube_ingress_*, kube_networkpolicy_*',
      apiGroups: ['networking.k8s.io'],
      resources: ['ingresses', 'networkpolicies'],
      verbs: WATCH,
    },
    {
      why: 'kube_storageclass_*, kube_volumeattachment_*',
      apiGroups: ['storage.k8s.io'],
      resources: ['storageclasses', 'volumeattachments'],
      verbs: WATCH,
    },
    {
      why: 'kube_certificatesigningrequest_*',
      apiGroups: ['certificates.k8s.io'],
      resources: ['certificatesigningrequests'],
      verbs: WATCH,
    },
    { why: 'kube_lease_*', apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: WATCH },
    {
      why: 'kube_mutatingwebhookconfiguration_*, kube_validatingwebhookconfiguration_*',
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
      verbs: WATCH,
    },
  ],
  namespaced: {},
  bound: [],
}

const metricsApi: AccountRights = {
  account: 'binnacle-metrics-api',
  cluster: [
    { why: 'whose kubelets are read, and their addresses', apiGroups: [''], resources: ['nodes'], verbs: WATCH },
    {
      why: 'which pods there are; names and labels alone are asked for',
      apiGroups: [''],
      resources: ['pods'],
      verbs: WATCH,
    },
    kubeletMetrics,
    {
      why: 'is made where there is none, kept right while it is ours, never taken from another program',
      apiGroups: ['apiregistration.k8s.io'],
      resources: ['apiservices'],
      resourceNames: ['v1beta1.metrics.k8s.io'],
      verbs: OWN,
    },
    {
      why: 'a condition tells how many figures are missing',
      apiGroups: ['apiregistration.k8s.io'],
      resources: ['apiservices/status'],
      resourceNames: ['v1beta1.metrics.k8s.io'],
      verbs: ['patch'],
    },
    {
      why: 'owns the APIService, so that both are removed together',
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles'],
      resourceNames: ['binnacle-metrics-api'],
      verbs: ['get'],
    },
  ],
  namespaced: {
    [NAMESPACE]: [
      pins,
      {
        why: 'the authority that signs the serving certificate of each replica',
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['binnacle-metrics-api-ca'],
        verbs: OWN,
      },
    ],
    default: [
      {
        why: 'tells of a node whose figures are missing, once an hour and reason; events of nodes are in this namespace',
        apiGroups: [''],
        resources: ['events'],
        verbs: ['create'],
      },
    ],
  },
  bound: [
    reviews,
    {
      kind: 'Role',
      name: 'extension-apiserver-authentication-reader',
      namespace: 'kube-system',
      why: 'how the API server says whom it has authenticated',
    },
  ],
}

/** The agent asks the API server nothing: its account has no rights, and its pods no token. */
const agent: AccountRights = { account: 'binnacle-agent', cluster: [], namespaced: {}, bound: [] }

export const accounts: readonly AccountRights[] = [server, kubeState, metricsApi, agent]
