import { clusterCommand } from './cluster-commands.ts'
import { sentences, type Advice, type Say } from './words.ts'

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

/** The advice of a rule: what to do, and the command that goes with it. */
function advise(rule: string, s: Say, title: string, known: string, action: string): Advice {
  const command = clusterCommand(rule, s)
  const evidence = known || 'Why is not told.'
  return command === '' ? { title, evidence, action } : { title, evidence, action: `${action}: ${command}`, command }
}

/** What follows from it: more pods of the same kind, a late rollout, Services that no pod serves. */
function effects(s: Say): string {
  return sentences(
    s.value('pods') > 1 && s.has('pod') && `${s.number('pods')} pods are like this, such as ${s.text('pod')}.`,
    s.has('lateRollout') &&
      `Its rollout is past its deadline${s.has('deadlineSeconds') ? ` of ${s.duration('deadlineSeconds')}` : ''}.`,
    s.value('services') === 1 && `The Service ${s.text('service')} has no endpoint.`,
    s.value('services') > 1 && `${s.number('services')} Services have no endpoint, such as ${s.text('service')}.`,
    s.value('autoscalers') > 0 && s.has('pod') && 'Its autoscaler has no metrics.',
  )
}

const quoted = (s: Say, fact: string, before: string) => s.has(fact) && `${before}: “${s.text(fact)}”.`
const since = (s: Say) => (s.has('sinceSeconds') ? ` for ${s.duration('sinceSeconds')}` : '')
const container = (s: Say) => `Container ${s.text('container')}`
const ago = (s: Say) => (s.value('agoSeconds') >= 0 ? `, last ${s.duration('agoSeconds')} ago` : '')

/** What an exit code is known to mean. */
const exits: Readonly<Record<number, string>> = {
  126: 'the command may not be run',
  127: 'the command was not found',
  137: 'killed',
  139: 'a memory fault',
  143: 'asked to end',
}

function exitCode(s: Say): string {
  const code = s.value('exitCode')
  return `exit code ${code}${exits[code] === undefined ? '' : ` (${exits[code]})`}`
}

/** An amount of the resource that is short. */
function amount(s: Say, fact: string): string {
  return s.text('short') === 'cpu' ? s.number(fact, 2) : s.bytes(fact)
}

const resources: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: 'memory',
  'ephemeral-storage': 'local storage',
  pids: 'process ids',
  disk: 'disk space',
  network: 'a network',
}
const resource = (name: string) => resources[name] ?? name

function shortage(s: Say): string | false {
  if (!s.has('short')) return false
  if (s.text('short') === 'pods') return 'Each node already runs as many pods as it may.'
  if (!s.has('asks')) return `No node has enough ${s.text('short')} free.`
  const what =
    s.text('short') === 'cpu'
      ? plural(s.value('asks'), 'CPU', 'CPUs').replace(/^\S+/, s.number('asks', 2))
      : `${s.bytes('asks')} of ${resource(s.text('short'))}`
  const nodes = [0, 1, 2]
    .filter((at) => s.has(`node${at}`))
    .map((at) => `${s.text(`node${at}`)} ${amount(s, `free${at}`)}`)
  return nodes.length === 0
    ? `It requests ${what}.`
    : `It requests ${what}. The most any node has free is ${amount(s, 'free0')}: ${nodes.join(', ')}.`
}

/** Why no node will do, reason by reason. */
function noNode(s: Say): string {
  const of = (fact: string) => `${s.number(fact)} of ${s.number('nodes')} nodes`
  const ruled = (fact: string, by: string) =>
    s.has(fact) && `${of(fact)} ${s.value(fact) === 1 ? 'is' : 'are'} ruled out by ${by}.`
  return sentences(
    shortage(s),
    s.has('taintNodes') &&
      `${of('taintNodes')} ${s.value('taintNodes') === 1 ? 'has' : 'have'} a taint that it does not tolerate${s.has('taints') ? `: ${s.text('taints')}` : ''}.`,
    s.has('selectorNodes') &&
      (s.has('selector')
        ? `No node has the label ${s.text('selector')}${s.has('nearest') ? `; the nearest is ${s.text('nearest')}` : ''}.`
        : `${of('selectorNodes')} ${s.value('selectorNodes') === 1 ? 'does' : 'do'} not match its node affinity.`),
    s.has('volumePlaceNodes') && place(s),
    ruled('affinityNodes', 'affinity to other pods'),
    ruled('spreadNodes', 'its topology spread'),
    ruled('portsNodes', 'a host port that is taken'),
    ruled('volumeCountNodes', 'the number of volumes that a node may have'),
    ruled('volumeUsedNodes', 'a volume that another pod uses alone'),
    ruled('cordonedNodes', 'a cordon'),
    quoted(s, 'message', 'The scheduler says'),
  )
}

function place(s: Say): string {
  const volume = s.has('volume') ? `Its volume ${s.text('volume')} (claim ${s.text('claim')})` : 'Its volume'
  if (!s.has('zones')) return `${volume} cannot be used on any of the nodes that are left.`
  return `${volume} is in zone ${s.text('zones')}; the nodes are ${s.has('nodeZones') ? `in ${s.text('nodeZones')}` : 'in no zone'}.`
}

function noNodeAction(s: Say): string {
  if (s.has('short') && s.has('asks') && s.value('asks') > s.value('largest') && s.text('short') !== 'pods')
    return `No node is that large (the largest has ${amount(s, 'largest')}): request less, or add a larger node`
  if (s.has('short')) return 'Request less, free some room, or add a node'
  if (s.has('selector')) return 'Correct its node selector, or label a node'
  if (s.has('taints')) return 'Add a toleration to the pod, or remove the taint from a node'
  if (s.has('zones')) return 'Add a node in that zone, or make the volume anew in a zone that has nodes'
  return 'See all that it asks for'
}

const imageReasons: Readonly<Record<string, string>> = {
  never: 'it is not on the node, and its pull policy is Never',
  name: 'its name is not valid',
  denied: 'the registry refuses access, or has no such image',
  absent: 'the registry has no such image or tag',
  unreachable: 'the registry cannot be reached',
  signature: 'its signature is not valid',
  platform: 'it has no version for the platform of the node',
  rate: 'the registry limits how often it may be asked',
  space: 'the disk of the node is full',
}

const imageActions: Readonly<Record<string, string>> = {
  never: 'Load the image on the node, or allow it to be pulled (imagePullPolicy: IfNotPresent)',
  denied: 'Check the name, and give the pod an imagePullSecret for this registry',
  absent: 'Check the name and tag',
  unreachable: 'Check that the node reaches the registry',
  rate: 'Log in to the registry with an imagePullSecret, or use a mirror',
  space: 'Free disk space on the node',
}

const claimReasons: Readonly<Record<string, (s: Say) => string>> = {
  'no-default-class': (s) =>
    `It names no storage class, and no class is the default${s.has('classes') ? `; there are: ${s.text('classes')}` : ', since there is none'}.`,
  'class-missing': (s) =>
    `There is no storage class ${s.text('class')}${s.has('nearest') ? `; the nearest is ${s.text('nearest')}` : ''}.`,
  'no-volume': (s) =>
    `No free volume fits it${s.has('class') ? ` in the class ${s.text('class')}` : ''}, and nothing makes one.`,
  unseen: (s) =>
    `Storage classes may not be read, so that the cause is not known${s.has('class') ? `; its class is ${s.text('class')}` : ''}.`,
  zone: (s) => `No volume can be made where its pod may run.${s.has('node') ? ` The node is ${s.text('node')}.` : ''}`,
  'provisioner-silent': (s) =>
    `The provisioner ${s.text('provisioner')} of the class ${s.text('class')} has made no volume and reported nothing.`,
  'provisioner-failed': (s) => `The provisioner ${s.text('provisioner')} of the class ${s.text('class')} fails.`,
}

const claimActions: Readonly<Record<string, string>> = {
  'no-default-class': 'Name a class in the claim, or make one the default',
  'class-missing': 'Correct the class, or make it',
  'no-volume': 'Make a volume of that size, or use a class that makes them',
  zone: 'Allow the class in the zones of the nodes',
  'provisioner-silent': 'See whether the provisioner runs',
  'provisioner-failed': 'See what the provisioner says',
}

const blind: Readonly<Record<string, (s: Say) => string>> = {
  'no-request': (s) =>
    `Container ${s.text('container')} requests no ${resource(s.text('resource'))}, so that its use is a share of nothing.`,
  'no-target': (s) => `Its target ${s.text('target')} cannot be asked for its scale: “${s.text('message')}”.`,
  'no-samples': () => 'There are no metrics for its pods.',
  selector: (s) => `Its target cannot be told from others: “${s.text('message')}”.`,
  other: (s) => `“${s.text('message')}”.`,
}

const kubeletReasons: Readonly<Record<string, (s: Say) => string>> = {
  401: () => 'It answers 401: it does not know our token.',
  403: () => 'It answers 403: we may not read nodes/metrics.',
  certificate: () => 'Its certificate is not the one that was expected, so that no credential is sent to it.',
  unreachable: () => 'It cannot be reached.',
  error: () => 'It answers with an error.',
}

const kubeletActions: Readonly<Record<string, string>> = {
  401: 'Let the kubelet accept tokens (authentication.webhook.enabled: true)',
  403: 'Grant get on nodes/metrics',
  certificate: 'See whether the certificate was renewed on purpose',
}

type Words = (s: Say, advise: (title: string, evidence: string, action: string) => Advice) => Advice

const words: Readonly<Record<string, Words>> = {
  'api-service-unavailable': (s, say) =>
    say(
      `The API ${s.name} does not answer`,
      sentences(
        `It has been unavailable${since(s)}.`,
        quoted(s, 'message', s.text('reason') || 'Reason'),
        s.has('autoscalers') &&
          `Without it ${plural(s.value('autoscalers'), 'autoscaler has', 'autoscalers have')} no metrics.`,
      ),
      `See the pods behind ${s.text('service') || 'it'}`,
    ),
  'api-throttles': (s, say) =>
    say(
      'The API server throttles us',
      `It answered 429 to ${plural(s.value('count'), 'request', 'requests')} in the last ${s.duration('windowSeconds')}; what is shown may be late.`,
      'See who asks too much of it',
    ),
  'api-server-errors': (s, say) =>
    say(
      'The API server fails requests',
      `${s.percent('errorPercent')} of its answers in the last 5 minutes were errors of its own (5xx).`,
      'See what it depends on',
    ),
  'api-unreachable': (s, say) =>
    say(
      `The API server ${s.text('server')} cannot be reached`,
      sentences(
        `What is said of the cluster is as it was ${s.duration('sinceSeconds')} ago.`,
        quoted(s, 'message', 'It says'),
      ),
      'See whether it answers you',
    ),
  'login-expired': (s, say) =>
    say(
      'The login to the cluster is no longer accepted',
      sentences(
        `The API server has refused ${s.text('user') || 'this user'}${since(s)}; what is said of the cluster is from before.`,
        quoted(s, 'message', 'It says'),
      ),
      'Log in again, then check',
    ),
  'kinds-forbidden': (s, say) =>
    say(
      `${plural(s.value('count'), 'kind of object', 'kinds of object')} may not be read`,
      `Not seen: ${s.text('resources')}. Problems with them are not found.`,
      'See what is allowed; the right is get, list, watch',
    ),
  'kubelet-refuses': (s, say) =>
    say(
      s.value('nodes') > 1 ? `${s.number('nodes')} kubelets cannot be read` : `The kubelet of ${s.name} cannot be read`,
      sentences(
        (kubeletReasons[s.text('status')] ?? kubeletReasons.error)(s),
        s.value('nodes') > 1 && `Nodes: ${s.text('names')}.`,
        quoted(s, 'message', 'Its words'),
        'Use of its containers is missing.',
      ),
      kubeletActions[s.text('status')] ?? 'See whether the API server reaches it',
    ),
  'autoscaler-blind': (s, say) =>
    say(
      `The autoscaler ${s.name} cannot scale`,
      sentences(
        (blind[s.text('why')] ?? blind.other)(s),
        `${s.text('target')} stays at ${plural(s.value('current'), 'replica', 'replicas')}${since(s)}.`,
      ),
      s.text('why') === 'no-request' ? 'Give the container a request' : 'See its conditions',
    ),
  'metrics-api-missing': (s, say) =>
    say(
      s.value('autoscalers') > 1
        ? `${s.number('autoscalers')} autoscalers have no metrics`
        : `The autoscaler ${s.name} has no metrics`,
      sentences(
        `Nothing in this cluster serves ${s.text('api')}.`,
        s.value('autoscalers') > 1 && `Autoscalers: ${s.text('names')}.`,
      ),
      'Install what serves it (metrics-server, or Binnacle’s metrics API)',
    ),
  'claim-lost': (s, say) =>
    say(
      `The claim ${s.name} has lost its volume`,
      `The volume ${s.text('volume')} is gone, and the data on it.`,
      'Restore it from a backup; the claim must be made anew',
    ),
  'claim-pending': (s, say) =>
    say(
      `The claim ${s.name} has been waiting for a volume${since(s)}`,
      sentences(
        (claimReasons[s.text('why')] ?? claimReasons['no-volume'])(s),
        quoted(s, 'message', 'It says'),
        s.has('pods') && `${plural(s.value('pods'), 'pod waits', 'pods wait')} for it, such as ${s.text('pod')}.`,
      ),
      claimActions[s.text('why')] ?? 'See its events',
    ),
  'claim-nearly-full': (s, say) =>
    say(
      `The volume of ${s.name} is nearly full`,
      `${s.percent('usedPercent')} of ${s.bytes('capacityBytes')} is used; ${s.bytes('availableBytes')} are left.`,
      'If its storage class allows expansion',
    ),
  'claim-will-be-full': (s, say) =>
    say(
      `The volume of ${s.name} will be full in about ${s.duration('leftSeconds')}`,
      `${s.percent('usedPercent')} of ${s.bytes('capacityBytes')} is used, and it grows by ${s.bytes('growthBytes')} an hour.`,
      'If its storage class allows expansion',
    ),
  'claim-inodes': (s, say) =>
    say(
      `The volume of ${s.name} has nearly no inodes left`,
      `${s.percent('usedPercent')} are used: it holds very many files.`,
      'Remove small files; see',
    ),
  'create-over-quota': (s, say) =>
    refused(
      s,
      say,
      `The quota ${s.text('quota')} is used up: asked ${s.text('asked')}, used ${s.text('used')}, limit ${s.text('limited')}.`,
      'Raise the quota, or free some of it',
    ),
  'create-without-requests': (s, say) =>
    refused(
      s,
      say,
      `The quota ${s.text('quota')} demands that its containers set ${s.text('missing')}.`,
      'Set them in the pod template',
    ),
  'create-against-limit-range': (s, say) =>
    refused(s, say, `A LimitRange forbids it: “${s.text('message')}”.`, 'Change the pod template, or the LimitRange'),
  'create-against-pod-security': (s, say) =>
    refused(
      s,
      say,
      `Pod Security “${s.text('level')}” of this namespace forbids it: “${s.text('message')}”.`,
      'Set what it asks for in securityContext, or change the level',
    ),
  'create-refused-by-webhook': (s, say) =>
    refused(
      s,
      say,
      `The admission webhook ${s.text('webhook')} refuses them: “${s.text('message')}”.`,
      'Change what it objects to; its configuration',
    ),
  'create-webhook-failing': (s, say) =>
    refused(
      s,
      say,
      `The admission webhook ${s.text('webhook')} ${s.has('timeout') ? 'does not answer in time' : 'cannot be called'}, and nothing is created without it. “${s.text('message')}”.`,
      'Repair the service behind it, or let failurePolicy be Ignore',
    ),
  'create-without-service-account': (s, say) =>
    refused(s, say, `There is no service account ${s.text('account')} in its namespace.`, 'Make it, or name another'),
  'create-refused': (s, say) => refused(s, say, `The API server says: “${s.text('message')}”.`, 'See all of it'),
  'drain-blocked': (s, say) =>
    say(
      `A drain of ${s.name} is blocked by the budget ${s.text('budget')}`,
      `The node is cordoned. The budget allows no disruption: ${plural(s.value('healthy'), 'pod is', 'pods are')} healthy, and ${s.number('needed')} must be. ${plural(s.value('pods'), 'pod', 'pods')} cannot be evicted, such as ${s.text('pod')}.`,
      'Run one more replica, or loosen the budget',
    ),
  'job-failed': (s, say) =>
    say(
      s.value('jobs') > 1 ? `The last ${s.number('jobs')} jobs of ${s.name} failed` : `The job ${s.name} failed`,
      sentences(
        s.text('reason') === 'DeadlineExceeded'
          ? 'It ran longer than its deadline allows.'
          : s.text('reason') === 'BackoffLimitExceeded'
            ? `It failed ${plural(s.value('failed'), 'time', 'times')}; ${plural(s.value('backoffLimit'), 'retry is', 'retries are')} allowed.`
            : quoted(s, 'message', s.text('reason') || 'Reason'),
        s.has('pod') &&
          `The last pod, ${s.text('pod')}, ended with ${exitCode(s)}${s.text('endReason') === 'OOMKilled' ? ', killed for memory' : ''}.`,
        s.has('sinceSeconds') && `That was ${s.duration('sinceSeconds')} ago.`,
      ),
      s.has('pod') ? 'Read its log' : 'See its events',
    ),
  'namespace-terminating': (s, say) =>
    say(
      `The namespace ${s.name} has been terminating${since(s)}`,
      sentences(
        s.has('apiService') && `What is in it cannot be listed, since the API ${s.text('apiService')} does not answer.`,
        s.has('finalizers') && `Finalizers hold what is in it: ${s.text('finalizers')}.`,
        s.has('remaining') && `Still there: ${s.text('remaining')}.`,
        s.has('ownFinalizers') && `Finalizers of its own: ${s.text('ownFinalizers')}.`,
        quoted(s, 'message', 'It says'),
      ),
      s.has('apiService')
        ? 'Repair that API, or delete its APIService'
        : 'Let the owner of the finalizer do its work; see',
    ),
  'node-evicts': (s, say) =>
    say(
      `${s.name} has put out ${plural(s.value('pods'), 'pod', 'pods')} for lack of ${resource(s.text('resource'))}`,
      sentences(
        `The last was ${s.text('pod')}.`,
        quoted(s, 'message', 'It says'),
        s.has('sinceSeconds') && `It began ${s.duration('sinceSeconds')} ago.`,
      ),
      'Give its pods requests near their use, or move some',
    ),
  'node-not-ready': (s, say) =>
    say(
      `${s.name} is not ready${s.has('pods') ? `; ${plural(s.value('pods'), 'pod hangs', 'pods hang')} on it` : ''}`,
      sentences(
        s.has('silent')
          ? `Its kubelet has said nothing for ${s.duration('sinceSeconds')}: the kubelet, the machine or its network is down.`
          : `For ${s.duration('sinceSeconds')} its kubelet says: “${s.text('message') || s.text('reason')}”.`,
        s.has('workloads') && `Workloads: ${s.text('workloads')}.`,
        s.has('homeless') && `${plural(s.value('homeless'), 'pod has', 'pods have')} no other node.`,
        s.has('heldVolumes') && `${plural(s.value('heldVolumes'), 'volume is', 'volumes are')} still attached to it.`,
        effects(s),
      ),
      s.has('heldVolumes')
        ? 'Start the machine; if it stays off, this lets go of its volumes'
        : s.has('silent')
          ? 'Start the machine or its kubelet (systemctl status kubelet); its last words'
          : 'Read journalctl -u kubelet on it; its conditions',
    ),
  'node-pressure': (s, say) =>
    say(
      `${s.name} is running out of ${resource(s.text('lacks'))}`,
      sentences(
        `Its kubelet has reported this${since(s)}${s.has('message') ? `: “${s.text('message')}”` : ''}.`,
        s.has('evicted') && `It has put out ${plural(s.value('evicted'), 'pod', 'pods')}.`,
        s.text('lacks') !== 'network' && 'No new pods are sent to it.',
      ),
      'See what runs on it',
    ),
  'node-memory-low': (s, say) =>
    say(
      `${s.name} is nearly out of memory`,
      `${s.bytes('usedBytes')} of ${s.bytes('totalBytes')} are in use (${s.percent('usedPercent')}).`,
      'Move some pods, or give them requests near their use',
    ),
  'node-disk-nearly-full': (s, say) =>
    say(
      `A disk of ${s.name} is nearly full`,
      `${s.text('device')}: ${s.percent('usedPercent')} of ${s.bytes('totalBytes')} is used. The kubelet removes images at 85% and puts out pods at 90%.`,
      'See what is on it',
    ),
  'pod-claim-missing': (s, say) =>
    say(
      `${s.name} needs a claim that does not exist`,
      sentences(`There is no claim ${s.text('claim')}; it has been waiting${since(s)}.`, effects(s)),
      'Make it, or correct its name',
    ),
  'pod-config-missing': (s, say) =>
    say(
      missingTitle(s),
      missingEvidence(s),
      s.has('key') ? 'Add the key, or correct its name' : 'Make it, or correct its name',
    ),
  'pod-container-refused': (s, say) =>
    say(
      `${s.name} cannot start its container ${s.text('container')}`,
      sentences(
        `${s.text('reason')}: “${s.text('message') || 'no message'}”.`,
        s.has('sinceSeconds') && `It has been like this${since(s)}.`,
        effects(s),
      ),
      'Correct the command, the user or the mounts of the container',
    ),
  'pod-crash-loop': (s, say) =>
    say(
      s.value('exitCode') === 0 ? `${s.name} ends and is started again and again` : `${s.name} crashes again and again`,
      sentences(
        `${container(s)} was started again ${plural(s.value('restarts'), 'time', 'times')}${ago(s)}, after ${exitCode(s)}.`,
        s.value('exitCode') === 0 && 'It did its work; what should keep running must not end.',
        quoted(s, 'message', 'Its last words'),
        effects(s),
      ),
      s.value('exitCode') === 0 ? 'Make it a Job, or keep it running; its last lines' : 'Read its last lines',
    ),
  'pod-failed': (s, say) =>
    say(
      `${s.name} stopped with an error`,
      sentences(
        `${container(s)} ended with ${exitCode(s)}${ago(s).replace(', last', '')}; nothing starts it again.`,
        quoted(s, 'message', 'Its last words'),
      ),
      'Read its last lines',
    ),
  'pod-gate-closed': (s, say) =>
    say(
      `${s.name} is not let in`,
      sentences(
        `Its readiness gate ${s.text('gate')} has been closed${since(s)}: the controller that opens it has not.`,
        effects(s),
      ),
      'See its conditions',
    ),
  'pod-image-missing': (s, say) =>
    say(
      `${s.name} has no image`,
      sentences(
        `${s.text('image')} cannot be had: ${imageReasons[s.text('why')] ?? 'pulling it fails'}.`,
        s.text('why') !== 'never' && quoted(s, 'message', 'The words'),
        s.has('sinceSeconds') && `It has been waiting${since(s)}.`,
        effects(s),
      ),
      imageActions[s.text('why')] ?? 'See what the kubelet says',
    ),
  'pod-init-failing': (s, say) =>
    say(
      `${s.name} does not start: its init container ${s.text('container')} fails`,
      sentences(
        `It was tried again ${plural(s.value('restarts'), 'time', 'times')}${ago(s)}, after ${exitCode(s)}.`,
        quoted(s, 'message', 'Its last words'),
        effects(s),
      ),
      'Read its last lines',
    ),
  'pod-init-stuck': (s, say) =>
    say(
      `${s.name} does not start: its init container ${s.text('container')} has been running${since(s)}`,
      sentences(`It is number ${s.number('at')} of ${s.number('of')}; the others wait for it.`, effects(s)),
      'Read what it waits for',
    ),
  'pod-mount-failing': (s, say) =>
    say(
      `${s.name} cannot mount its volume ${s.text('volume')}`,
      sentences(`Node ${s.text('node')} has tried${since(s)}.`, quoted(s, 'message', 'It says'), effects(s)),
      'See its events',
    ),
  'pod-oom-killed': (s, say) =>
    say(
      `${s.name} was OOM-killed`,
      sentences(
        s.has('limitBytes')
          ? `${container(s)} reached its limit of ${s.bytes('limitBytes')}${ago(s)}.`
          : `${container(s)} has no limit; its node ran out of memory${ago(s)}.`,
        s.value('restarts') > 1 && `It was started again ${plural(s.value('restarts'), 'time', 'times')}.`,
        effects(s),
      ),
      s.has('limitBytes') ? 'If it does not leak, try a higher limit' : 'Give it a limit, or free memory on the node',
    ),
  'pod-over-storage-limit': (s, say) =>
    say(
      `${s.name} was put out: it wrote more than it may`,
      sentences(
        `“${s.text('message')}”`,
        s.has('sinceSeconds') && `That was ${s.duration('sinceSeconds')} ago.`,
        effects(s),
      ),
      'Raise that limit, or write less',
    ),
  'pod-memory-near-limit': (s, say) =>
    say(
      `${s.name} is near its memory limit`,
      sentences(
        `${container(s)} uses ${s.bytes('usedBytes')} of ${s.bytes('limitBytes')} (${s.percent('usedPercent')}).`,
        effects(s),
      ),
      'If it does not leak, try a higher limit',
    ),
  'pod-cpu-throttled': (s, say) =>
    say(
      `${s.name} is held back by its CPU limit`,
      sentences(
        `${container(s)} was throttled in ${s.percent('throttledPercent')} of the periods of the last 5 minutes; limit ${s.number('limitCores', 2)} cores.`,
        effects(s),
      ),
      'Try a higher limit, or none',
    ),
  'pod-probe-failing': (s, say) =>
    say(
      s.text('probe') === 'readiness'
        ? `${s.name} is not ready: its readiness probe fails`
        : `${s.name} is killed again and again: its ${s.text('probe')} probe fails`,
      sentences(
        s.has('message')
          ? `${container(s)}: “${s.text('message')}”.`
          : `${container(s)} runs and does not report ready.`,
        s.has('sinceSeconds') && `It has been like this${since(s)}.`,
        s.text('probe') !== 'readiness' &&
          s.has('restarts') &&
          `It was started again ${plural(s.value('restarts'), 'time', 'times')}.`,
        effects(s),
      ),
      'See the probe, and what the container says',
    ),
  'pod-sandbox-failing': (s, say) =>
    say(
      `${s.name} cannot give pods a network`,
      sentences(
        `${plural(s.value('pods'), 'pod waits', 'pods wait')} there${since(s)}, such as ${s.text('podNamespace')}/${s.text('pod')}.`,
        quoted(s, 'message', 'It says'),
      ),
      'See whether its network plugin runs',
    ),
  'pod-terminating': (s, say) =>
    say(
      `${s.name} has been ending${since(s)}`,
      sentences(
        s.has('finalizers')
          ? `Finalizers hold it: ${s.text('finalizers')}.`
          : `Node ${s.text('node')} does not report that it has ended.`,
        effects(s),
      ),
      s.has('finalizers') ? 'Let the owner of the finalizer do its work; see' : 'See what the node waits for',
    ),
  'pod-unschedulable': (s, say) =>
    say(`${s.name} has been waiting for a node${since(s)}`, sentences(noNode(s), effects(s)), noNodeAction(s)),
  'pod-unseen': (s, say) =>
    say(
      `${s.name} has been waiting for a scheduler${since(s)}`,
      sentences('No scheduler has looked at it: none runs, or none has the name in its schedulerName.', effects(s)),
      'See whether the scheduler runs',
    ),
  'pod-volume-not-attached': (s, say) =>
    say(
      `${s.name} waits for its volume ${s.text('volume')}`,
      sentences(
        s.has('holder') || s.has('holderNode')
          ? `It is attached to ${s.has('holderNode') ? `node ${s.text('holderNode')}` : 'another node'}${s.has('holder') ? `, where pod ${s.text('holder')} uses it` : ''}; only one node may have it.`
          : s.has('message') || s.has('attacher')
            ? `It cannot be attached to node ${s.text('node')}.`
            : 'It is attached to another node; only one may have it.',
        s.has('attacher') && !s.has('message') && `The driver ${s.text('attacher')} has not answered.`,
        quoted(s, 'message', 'It says'),
        s.has('sinceSeconds') && `It has been waiting${since(s)}.`,
        effects(s),
      ),
      s.has('holder')
        ? 'End the other pod, or run both on one node'
        : s.has('attacher')
          ? 'See whether its CSI driver runs'
          : 'See what holds it',
    ),
  'rollout-stuck': (s, say) =>
    say(
      s.has('deadlineSeconds')
        ? `The rollout of ${s.name} is past its deadline`
        : `The rollout of ${s.name} does not move`,
      `${s.number('ready')} of ${plural(s.value('desired'), 'pod is', 'pods are')} ready, ${s.number('updated')} updated${s.has('deadlineSeconds') ? `; the deadline is ${s.duration('deadlineSeconds')}` : ''}. It has stood still${since(s)}.`,
      'If it does not recover, go back',
    ),
  'service-without-endpoints': (s, say) =>
    say(
      `The Service ${s.name} has no endpoint`,
      s.text('why') === 'nothing'
        ? `No pod matches its selector ${s.text('selector')}.${s.has('nearest') ? ` The nearest, ${s.text('nearestOf')}, has ${s.text('nearest')}.` : ''}`
        : `${plural(s.value('pods'), 'pod matches', 'pods match')} its selector ${s.text('selector')}; none is ready.`,
      s.text('why') === 'nothing' ? 'Correct the selector or the labels' : 'See why they are not ready',
    ),
  'volume-failed': (s, say) =>
    say(
      `The volume ${s.name} failed`,
      sentences(
        quoted(s, 'message', s.text('reason') || 'Reason') || 'It could not be deleted or recycled.',
        s.has('claim') && `Its claim was ${s.text('claim')}.`,
      ),
      'Remove it by hand',
    ),
}

/** That pods may not be created, and why not. */
function refused(
  s: Say,
  say: (title: string, evidence: string, action: string) => Advice,
  why: string,
  action: string,
): Advice {
  const counted = s.has('desired') && `It has ${s.number('current')} of ${plural(s.value('desired'), 'pod', 'pods')}.`
  return say(`Pods of ${s.name} may not be created`, sentences(why, counted, effects(s)), action)
}

const kinds: Readonly<Record<string, string>> = { configmap: 'ConfigMap', secret: 'Secret' }

function missingTitle(s: Say): string {
  const what = `${kinds[s.text('kind')]}${s.has('name') ? ` ${s.text('name')}` : ''}`
  return s.has('key') ? `${s.name} needs the key ${s.text('key')} of the ${what}` : `${s.name} needs the ${what}`
}

function missingEvidence(s: Say): string {
  const where = s.has('container') ? container(s) : s.has('volume') ? `Its volume ${s.text('volume')}` : 'It'
  const what = s.has('key') ? `The key is not there` : `It does not exist`
  return sentences(
    `${what}${s.has('nearest') ? `; the nearest is ${s.text('nearest')}` : ''}.`,
    `${where} has been waiting for it${since(s)}.`,
    effects(s),
  )
}

/** English, of clusters. */
export const clusterEnglish: Readonly<Record<string, (s: Say) => Advice>> = Object.fromEntries(
  Object.entries(words).map(([rule, say]) => [rule, (s: Say) => say(s, (...texts) => advise(rule, s, ...texts))]),
)
