import type { SaidFacts } from './en-resources.ts'

const some = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`
/** A rule as its author counts. */
const rule = (f: SaidFacts) => String(Number(f['rule'] ?? 0) + 1)
const object = (f: SaidFacts) => [f['namespace'], f['name']].filter(Boolean).join('/')
const place = (f: SaidFacts) => `${f['source'] === 'configmap' ? 'ConfigMap' : 'Secret'} ${object(f)}`
const within = (f: SaidFacts) => (f['namespaces'] ? `in namespace ${f['namespaces']}` : 'in any namespace')
/** How a rule left a target out; a label that is not there is empty. */
const ruleWords = (f: SaidFacts) =>
  f['action'] === 'drop' || f['action'] === 'dropequal'
    ? `drops what has ${f['sourceLabels'] ?? ''} = ${f['regex'] || f['targetLabel'] || ''}`
    : `keeps only what has ${f['sourceLabels'] ?? ''} = ${f['regex'] || f['targetLabel'] || ''}`

/** What the pages of targets and monitors say. */
export const targetsEn = {
  tabs: { dropped: 'Found but not scraped', monitors: 'Monitors' },
  optional: 'tried by default',
  optionalHint: 'Tried because most clusters have it. It is no trouble when it cannot be reached.',
  notReached: (count: number) => `${count} tried by default, not reached`,
  silent: (count: number) => (count === 1 ? '1 object leads to no target' : `${count} objects lead to no target`),
  show: 'Show',
  hide: 'Hide',
  endpoint: (number: number) => `endpoint ${number}`,
  pools: {
    node: 'This machine',
    cadvisor: 'Containers of this machine',
    binnacle: 'Binnacle itself',
    'kube-state-metrics': 'State of objects, of our own',
    'kubernetes-pods': 'Annotated pods',
    'kubernetes-pods-slow': 'Annotated pods, slow',
    'kubernetes-service-endpoints': 'Annotated services',
    'kubernetes-service-endpoints-slow': 'Annotated services, slow',
    kubelet: 'Kubelets',
    'kubelet-cadvisor': 'Kubelets, containers',
    'kubelet-probes': 'Kubelets, probes',
    'kubelet-resource': 'Kubelets, resources',
    apiserver: 'API server',
    coredns: 'CoreDNS',
    'kube-scheduler': 'Scheduler',
    'kube-controller-manager': 'Controller manager',
    'kube-etcd': 'etcd',
    'kube-proxy': 'kube-proxy',
    'metrics-api': 'metrics.k8s.io',
  } as Record<string, string>,
  dropped: {
    none: 'Nothing was found that is not scraped',
    noneWhy: 'Every target that discovery finds is scraped. Objects that lead to no target are on the page Monitors.',
    onlyHidden: 'Everything that asks to be scraped is scraped',
    hidden: (count: string) => `Hidden: ${count} that nobody asks to be scraped.`,
    showHidden: 'Show them too',
    hideAgain: 'Hide what nobody asks for',
    found: (count: string) => `${count} found`,
    more: (count: number) => `and ${count} more`,
    notListed: (count: string) => `${count} more are counted and not listed.`,
    labels: 'Labels as found',
  },
  reasons: {
    'relabelled-away': (f: SaidFacts) => `Relabelling rule ${rule(f)} ${ruleWords(f)}.`,
    'no-address': () => 'It has no address yet.',
    'invalid-address': (f: SaidFacts) => `${f['address'] ?? ''} is no address of a host and port.`,
    'invalid-scheme': (f: SaidFacts) => `The scheme must be http or https, not ${f['scheme'] ?? ''}.`,
    'invalid-interval': (f: SaidFacts) => `${f['interval'] ?? ''} is no interval.`,
    'invalid-timeout': (f: SaidFacts) =>
      `The timeout ${f['timeout'] ?? ''} is none, or longer than the interval ${f['interval'] ?? ''}.`,
    'invalid-label': (f: SaidFacts) => `Relabelling made ${f['label'] ?? ''}, which is no name of a label.`,
    'forbidden-address': (f: SaidFacts) =>
      `${f['address'] ?? ''} is refused: objects of the cluster may not lead to such an address (${f['kind'] ?? 'internal'}).`,
    'file-refused': (f: SaidFacts) => `${f['field'] ?? ''} names a file, which objects of the cluster may not read.`,
    duplicate: (f: SaidFacts) => `The same pool scrapes ${f['url'] ?? 'it'} already.`,
    'already-scraped': (f: SaidFacts) => `${f['pool'] ?? 'Another pool'} scrapes ${f['url'] ?? 'it'} already.`,
    'namespace-target-limit': (f: SaidFacts) =>
      `Namespace ${f['namespace'] ?? ''} has reached its limit of ${f['limit'] ?? ''} targets.`,
    'kubelet-not-tried': (f: SaidFacts) => `The kubelet of ${f['node'] ?? 'the node'} has not been tried yet.`,
    'kubelet-certificate': (f: SaidFacts) =>
      `The kubelet of ${f['node'] ?? 'the node'} shows a certificate that is not trusted: ${f['text'] ?? ''}`,
    forbidden: (f: SaidFacts) => `The right to ${f['right'] ?? 'read it'} is missing.`,
    'certificate-not-seen': (f: SaidFacts) =>
      `${f['address'] ?? ''} has not shown its certificate yet, and is shown no credential before.`,
    'not-trusted': (f: SaidFacts) =>
      `${f['address'] ?? ''} is shown no credential: its certificate is not trusted (${f['text'] ?? ''}).`,
    'no-answer': (f: SaidFacts) => `${f['address'] ?? ''} cannot be reached from here: ${f['text'] ?? ''}`,
    'not-control-plane': (f: SaidFacts) =>
      `${f['address'] ?? ''} is no node of the control plane, and is shown no credential.`,
    'credential-not-shown': (f: SaidFacts) =>
      `${f['address'] ?? ''} wants to know who asks, and the token of a kubeconfig is shown to the API server alone.`,
    'ours-to-read': (f: SaidFacts) =>
      `${f['address'] ?? ''} is scraped by default, with our own credential, which objects of the cluster cannot use.`,
    'unsafe-path': (f: SaidFacts) => `The path ${f['path'] ?? ''} could lead out of the pod, and is not asked for.`,
    'one-api-server': (f: SaidFacts) =>
      `${f['address'] ?? 'Another address'} answers for the whole API server; the same figures are not read twice.`,
    'secret-forbidden': (f: SaidFacts) =>
      `It needs ${place(f)}, and the right to ${f['right'] ?? 'get secrets'} in that namespace is missing. The Role ${f['role'] ?? ''} grants it.`,
    'secret-missing': (f: SaidFacts) => `It needs ${place(f)}, key ${f['key'] ?? ''}, which does not exist.`,
    'secret-unread': (f: SaidFacts) => `It needs ${place(f)}, which could not be read: ${f['text'] ?? ''}`,
    other: (f: SaidFacts) => `It was left out: ${f['id'] ?? 'for a reason without words'}.`,
  },
  saw: (value: string) => `It saw “${value}”.`,
  monitors: {
    none: 'No object asks to be scraped',
    noneWhy:
      'ServiceMonitor, PodMonitor, Probe and ScrapeConfig objects are picked up where the cluster has them, and pods and services with the annotation:',
    noneIn: (namespaces: string) => `In ${namespaces} no object asks to be scraped.`,
    noCluster: 'No cluster is watched',
    noClusterWhy: 'Monitors are objects of a cluster.',
    all: (count: number) => some(count, 'object'),
    targets: (count: number) => (count === 0 ? 'no target' : some(count, 'target')),
    dropped: (count: number) => `${count} dropped`,
    nearest: 'Nearest',
    annotated: (kind: string) => `annotated ${kind}`,
    onlySilent: 'Only without targets',
    allWell: 'Every object leads to a target',
    showAll: 'Show all',
    reasons: {
      malformed: (f: SaidFacts) =>
        `${f['field'] ?? ''} is not what it must be: expected ${f['expected'] ?? 'something else'}.`,
      'too-large': (f: SaidFacts) => `${f['field'] ?? ''} is larger than the limit of ${f['limit'] ?? ''}.`,
      invalid: (f: SaidFacts) => `${f['field'] || 'It'} is not valid: ${f['text'] ?? ''}.`,
      'file-refused': (f: SaidFacts) =>
        `${f['field'] ?? ''} names a file; files of the monitoring are not read for objects of the cluster.`,
      unsupported: (f: SaidFacts) => `${f['field'] ?? ''} is not supported and was left out.`,
      refused: (f: SaidFacts) => `${f['field'] ?? ''} was refused: ${f['why'] ?? ''}.`,
      'secret-forbidden': (f: SaidFacts) =>
        `The right to ${f['right'] ?? 'get secrets'} in namespace ${f['namespace'] ?? ''} is missing, for ${place(f)}.`,
      'secret-missing': (f: SaidFacts) => `${place(f)} has no key ${f['key'] ?? ''}, or does not exist.`,
      'secret-unread': (f: SaidFacts) => `${place(f)} could not be read: ${f['text'] ?? ''}.`,
      'no-endpoints': (f: SaidFacts) => `${f['field'] ?? ''} names nothing to scrape.`,
      'namespace-not-selected': (f: SaidFacts) =>
        `Objects of this kind are not taken from namespace ${f['namespace'] ?? ''}.`,
      'cannot-list': (f: SaidFacts) => `${f['resource'] ?? ''} cannot be listed: ${f['reason'] ?? ''}.`,
      'selector-no-match': (f: SaidFacts) =>
        `It selects nothing: no ${f['kind'] ?? 'object'} ${within(f)} has ${f['selector'] || 'any label'}.`,
      'no-such-port': (f: SaidFacts) =>
        f['ports']
          ? `It asks for the port ${f['port'] ?? ''}; the ports of the ${f['kind'] ?? 'object'} are ${f['ports']}.`
          : `It asks for the port ${f['port'] ?? ''}; the ${f['kind'] ?? 'object'} has no port.`,
      'service-no-endpoints': (f: SaidFacts) =>
        f['selector']
          ? `Service ${f['service'] ?? ''} has no endpoints: no pod has ${f['selector']}.`
          : `Service ${f['service'] ?? ''} has no endpoints.`,
      'no-ready-address': (f: SaidFacts) =>
        `Service ${f['service'] ?? ''} has no endpoints yet, though pods match it: ${f['pods'] ?? ''}.`,
      'pods-not-running': (f: SaidFacts) => `Its pods do not run (${f['phases'] || 'no phase'}).`,
      'no-pod-address': () => 'Its pods have no address yet.',
      'not-yet': () => 'Nothing was found so far, and nothing is wrong with the object.',
      dropped: (f: SaidFacts) => `Found and dropped: ${f['targets'] ?? ''}.`,
      other: (f: SaidFacts) => f['id'] ?? 'There is a reason without words.',
    },
    proposals: {
      'use-port': (f: SaidFacts) => `Port ${f['port'] ?? ''} exists.`,
      'use-port-number': (f: SaidFacts) => `Write ${f['field'] ?? 'port'}: ${f['port'] ?? ''}.`,
      'change-label': (f: SaidFacts) =>
        `${object(f)} has ${f['label'] ?? ''}=${f['has'] ?? ''}; it would match with ${f['wants'] ?? ''}.`,
      'add-label': (f: SaidFacts) => `${object(f)} would match with the label ${f['wants'] ?? ''}.`,
      'remove-label': (f: SaidFacts) => `${object(f)} would match without ${f['label'] ?? ''}=${f['has'] ?? ''}.`,
      'select-namespace': (f: SaidFacts) =>
        f['name']
          ? `${object(f)} matches; its namespace is not selected.`
          : `Name namespace ${f['namespace'] ?? ''} among those that are taken.`,
      'add-role': (f: SaidFacts) => `Create the Role ${f['role'] ?? ''} in namespace ${f['namespace'] ?? ''}.`,
      'use-secret': (f: SaidFacts) => `Put the content in a Secret and name it in ${f['field'] ?? ''}.`,
      'drop-rule': (f: SaidFacts) => `Change or remove relabelling rule ${rule(f)}.`,
      'fix-service-selector': (f: SaidFacts) =>
        `Pod ${object(f)} has ${f['label'] ?? ''}=${f['has'] ?? ''}; the service asks for ${f['wants'] ?? ''}.`,
      other: (f: SaidFacts) => f['id'] ?? 'There is a proposal without words.',
    },
  },
}

/** What a language must say of targets and monitors. */
export type TargetWords = typeof targetsEn
