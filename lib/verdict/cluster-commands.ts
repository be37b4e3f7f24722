import { roomierMiB, shell, type Say } from './words.ts'

/** The command that goes with a finding of a cluster, the same in every language; empty where a command does not help. */
export function clusterCommand(rule: string, s: Say): string {
  return (commands[rule] ?? describePod)(s)
}

type Command = (s: Say) => string

/** kubectl in the namespace of the object, or of the pod that shows what is wrong with it. */
function kubectl(s: Say, ...words: readonly string[]): string {
  const namespace = s.namespace || s.text('podNamespace')
  return ['kubectl', ...(namespace === '' ? [] : ['-n', shell(namespace)]), ...words].join(' ')
}

const describePod: Command = (s) => kubectl(s, 'describe pod', shell(s.text('pod')))
const describe =
  (kind: string): Command =>
  (s) =>
    kubectl(s, 'describe', kind, shell(s.bareName))
const describeOwner: Command = (s) => kubectl(s, 'describe', s.kind, shell(s.bareName))
const events: Command = (s) => kubectl(s, 'get events', '--field-selector', shell(`involvedObject.name=${s.bareName}`))
const describeNode: Command = (s) => `kubectl describe node ${shell(s.name)}`
const container: Command = (s) => (s.has('container') ? `-c ${shell(s.text('container'))}` : '')

const previousLogs: Command = (s) => kubectl(s, 'logs', shell(s.text('pod')), container(s), '--previous')
const logs: Command = (s) => kubectl(s, 'logs', shell(s.text('pod')), container(s)).trimEnd()

/** What `kubectl set resources` may change; of the others the template is elsewhere. */
const settable = new Set(['deployment', 'statefulset', 'daemonset', 'replicaset', 'replicationcontroller'])

function setLimit(s: Say, limit: string, line: string): string {
  if (!settable.has(s.kind)) return line
  return kubectl(s, 'set resources', shell(`${s.kind}/${s.bareName}`), container(s), `--limits=${limit}`)
}

const raiseMemory: Command = (s) => {
  const memory = `${roomierMiB(s.value('limitBytes'))}Mi`
  return setLimit(s, `memory=${memory}`, `resources.limits.memory: ${memory}`)
}

/** Half as much again. */
function moreCores(s: Say): string {
  return String(Math.round(s.value('limitCores') * 15) / 10 || 0.2)
}

const commands: Readonly<Record<string, Command>> = {
  'api-service-unavailable': (s) => `kubectl describe apiservice ${shell(s.name)}`,
  'api-throttles': () => 'kubectl get --raw /metrics | grep apiserver_flowcontrol_rejected_requests_total',
  'api-server-errors': () => "kubectl get --raw '/readyz?verbose'",
  'api-unreachable': () => 'kubectl version',
  'login-expired': () => 'kubectl auth whoami',
  'kinds-forbidden': () => 'kubectl auth can-i --list',
  'kubelet-refuses': (s) =>
    s.text('status') === '403'
      ? 'kubectl auth can-i get nodes/metrics'
      : `kubectl get --raw /api/v1/nodes/${shell(s.name)}/proxy/metrics/resource`,
  'autoscaler-blind': (s) =>
    s.text('why') === 'no-request'
      ? kubectl(
          s,
          'set resources',
          shell(s.text('target').toLowerCase().replace(' ', '/')),
          container(s),
          `--requests=${s.text('resource')}=100m`,
        )
      : kubectl(s, 'describe hpa', shell(s.bareName)),
  'metrics-api-missing': () => 'kubectl get apiservices | grep metrics',
  'claim-lost': describe('pvc'),
  'claim-pending': (s) =>
    s.text('why') === 'no-default-class' ? 'kubectl get storageclass' : kubectl(s, 'describe pvc', shell(s.bareName)),
  'claim-nearly-full': (s) =>
    kubectl(
      s,
      'patch pvc',
      shell(s.bareName),
      '-p',
      `'{"spec":{"resources":{"requests":{"storage":"${roomierGi(s)}Gi"}}}}'`,
    ),
  'claim-will-be-full': (s) =>
    kubectl(
      s,
      'patch pvc',
      shell(s.bareName),
      '-p',
      `'{"spec":{"resources":{"requests":{"storage":"${roomierGi(s)}Gi"}}}}'`,
    ),
  'claim-inodes': (s) => kubectl(s, 'describe pvc', shell(s.bareName)),
  'create-over-quota': (s) => kubectl(s, 'describe quota', shell(s.text('quota'))),
  'create-without-requests': (s) => kubectl(s, 'describe quota', shell(s.text('quota'))),
  'create-against-limit-range': (s) => kubectl(s, 'describe limitrange'),
  'create-against-pod-security': (s) => `kubectl get namespace ${shell(s.namespace)} --show-labels`,
  'create-refused-by-webhook': () => 'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
  'create-webhook-failing': () => 'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
  'create-without-service-account': (s) => kubectl(s, 'create serviceaccount', shell(s.text('account'))),
  'create-refused': events,
  'drain-blocked': (s) => `kubectl -n ${shell(s.text('budgetNamespace'))} describe pdb ${shell(s.text('budgetName'))}`,
  'job-failed': (s) => (s.has('pod') ? logs(s) : kubectl(s, 'describe job', shell(s.text('job')))),
  'namespace-terminating': (s) =>
    s.has('apiService')
      ? `kubectl describe apiservice ${shell(s.text('apiService'))}`
      : `kubectl get namespace ${shell(s.name)} -o yaml`,
  'node-evicts': describeNode,
  'node-pressure': describeNode,
  'node-not-ready': (s) =>
    s.has('heldVolumes')
      ? `kubectl taint node ${shell(s.name)} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`
      : describeNode(s),
  'node-memory-low': describeNode,
  'node-disk-nearly-full': describeNode,
  'pod-crash-loop': previousLogs,
  'pod-init-failing': previousLogs,
  'pod-init-stuck': logs,
  'pod-failed': logs,
  'pod-oom-killed': (s) => (s.has('limitBytes') ? raiseMemory(s) : 'kubectl top pod -A --sort-by=memory'),
  'pod-memory-near-limit': raiseMemory,
  'pod-cpu-throttled': (s) => setLimit(s, `cpu=${moreCores(s)}`, `resources.limits.cpu: "${moreCores(s)}"`),
  'pod-config-missing': (s) => {
    const kind = s.text('kind')
    if (!s.has('name')) return describePod(s)
    return s.has('key')
      ? kubectl(s, 'describe', kind, shell(s.text('name')))
      : kubectl(s, 'get', kind === 'secret' ? 'secrets' : 'configmaps')
  },
  'pod-claim-missing': (s) => kubectl(s, 'get pvc'),
  'pod-sandbox-failing': (s) => `kubectl get pods -A -o wide --field-selector spec.nodeName=${shell(s.name)}`,
  'pod-terminating': (s) => kubectl(s, 'get pod', shell(s.text('pod')), '-o yaml'),
  'pod-unschedulable': unschedulable,
  'pod-unseen': () => 'kubectl -n kube-system get pods -l component=kube-scheduler',
  'pod-volume-not-attached': (s) =>
    s.has('holder') ? kubectl(s, 'get pod', shell(s.text('holder')), '-o wide') : 'kubectl get volumeattachments',
  'rollout-stuck': (s) =>
    settable.has(s.kind) && s.kind !== 'replicaset' && s.kind !== 'replicationcontroller'
      ? kubectl(s, 'rollout undo', shell(`${s.kind}/${s.bareName}`))
      : describeOwner(s),
  'service-without-endpoints': (s) =>
    s.text('why') === 'nothing' ? kubectl(s, 'get pods --show-labels') : describePod(s),
  'volume-failed': (s) => `kubectl describe pv ${shell(s.name)}`,
}

/** The change that the main reason asks for. */
function unschedulable(s: Say): string {
  if (s.has('selector') && !s.has('short')) return `kubectl get nodes -L ${shell(s.text('selector').split('=')[0])}`
  if (s.has('taints') && !s.has('short'))
    return 'kubectl get nodes -o custom-columns=NODE:.metadata.name,TAINTS:.spec.taints'
  return s.has('short') ? 'kubectl describe nodes' : describePod(s)
}

/** A size to try for a claim: half as much again, in whole GiB. */
function roomierGi(s: Say): number {
  return Math.max(1, Math.ceil((s.value('capacityBytes') * 1.5) / 2 ** 30))
}
