import { plural, effects, quoted, since, resource } from './parts-en.ts'
import { sentences } from './words.ts'

import type { ClusterWords } from './cluster-words.ts'
import type { Say } from './words.ts'

/** English, of the cluster, its nodes and its storage. */
export const rootWordsEnglish: ClusterWords = {
  'api-service-unavailable': (s) => [
    `The API ${s.name} does not answer`,
    sentences(
      `It has been unavailable${since(s)}.`,
      quoted(s, 'message', s.text('reason') || 'Reason'),
      s.has('autoscalers') &&
        `Without it ${plural(s.value('autoscalers'), 'autoscaler has', 'autoscalers have')} no metrics.`,
    ),
    `See the pods behind ${s.text('service') || 'it'}`,
  ],
  'api-throttles': (s) => [
    'The API server throttles us',
    `It answered 429 to ${plural(s.value('count'), 'request', 'requests')} in the last ${s.duration('windowSeconds')}; what is shown may be late.`,
    'See who asks too much of it',
  ],
  'api-server-errors': (s) => [
    'The API server fails requests',
    `${s.percent('errorPercent')} of its answers in the last 5 minutes were errors of its own (5xx).`,
    'See what it depends on',
  ],
  'api-unreachable': (s) => [
    `The API server ${s.text('server')} cannot be reached`,
    sentences(
      `What is said of the cluster is as it was ${s.duration('sinceSeconds')} ago.`,
      quoted(s, 'message', 'It says'),
    ),
    'See whether it answers you',
  ],
  'login-expired': (s) => [
    'The login to the cluster is no longer accepted',
    sentences(
      `The API server has refused ${s.text('user') || 'this user'}${since(s)}; what is said of the cluster is from before.`,
      quoted(s, 'message', 'It says'),
    ),
    'Log in again, then check',
  ],
  'kinds-forbidden': (s) => [
    `${plural(s.value('count'), 'kind of object', 'kinds of object')} may not be read`,
    `Not seen: ${s.text('resources')}. Problems with them are not found.`,
    'See what is allowed; the right is get, list, watch',
  ],
  'kubelet-refuses': (s) => [
    s.value('nodes') > 1 ? `${s.number('nodes')} kubelets cannot be read` : `The kubelet of ${s.name} cannot be read`,
    sentences(
      (kubeletReasons[s.text('status')] ?? kubeletReasons.error)(s),
      s.value('nodes') > 1 && `Nodes: ${s.text('names')}.`,
      quoted(s, 'message', 'Its words'),
      'Use of its containers is missing.',
    ),
    kubeletActions[s.text('status')] ?? 'See whether the API server reaches it',
  ],
  'claim-lost': (s) => [
    `The claim ${s.name} has lost its volume`,
    `The volume ${s.text('volume')} is gone, and the data on it.`,
    'Restore it from a backup; the claim must be made anew',
  ],
  'claim-pending': (s) => [
    `The claim ${s.name} has been waiting for a volume${since(s)}`,
    sentences(
      (claimReasons[s.text('why')] ?? claimReasons['no-volume'])(s),
      quoted(s, 'message', 'It says'),
      s.has('pods') && `${plural(s.value('pods'), 'pod waits', 'pods wait')} for it, such as ${s.text('pod')}.`,
    ),
    claimActions[s.text('why')] ?? 'See its events',
  ],
  'claim-nearly-full': (s) => [
    `The volume of ${s.name} is nearly full`,
    `${s.percent('usedPercent')} of ${s.bytes('capacityBytes')} is used; ${s.bytes('availableBytes')} are left.`,
    'If its storage class allows expansion',
  ],
  'claim-will-be-full': (s) => [
    `The volume of ${s.name} will be full in about ${s.duration('leftSeconds')}`,
    `${s.percent('usedPercent')} of ${s.bytes('capacityBytes')} is used, and it grows by ${s.bytes('growthBytes')} an hour.`,
    'If its storage class allows expansion',
  ],
  'claim-inodes': (s) => [
    `The volume of ${s.name} has nearly no inodes left`,
    `${s.percent('usedPercent')} are used: it holds very many files.`,
    'Remove small files; see',
  ],
  'drain-blocked': (s) => [
    `A drain of ${s.name} is blocked by the budget ${s.text('budget')}`,
    `The node is cordoned. The budget allows no disruption: ${plural(s.value('healthy'), 'pod is', 'pods are')} healthy, and ${s.number('needed')} must be. ${plural(s.value('pods'), 'pod', 'pods')} cannot be evicted, such as ${s.text('pod')}.`,
    'Run one more replica, or loosen the budget',
  ],
  'namespace-terminating': (s) => [
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
  ],
  'node-evicts': (s) => [
    `${s.name} evicted ${plural(s.value('pods'), 'pod', 'pods')} for lack of ${resource(s.text('resource'))}`,
    sentences(
      `The last was ${s.text('pod')}.`,
      quoted(s, 'message', 'It says'),
      s.has('sinceSeconds') && `It began ${s.duration('sinceSeconds')} ago.`,
    ),
    'Give its pods requests near their use, or move some',
  ],
  'node-not-ready': (s) => [
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
  ],
  'node-pressure': (s) => [
    `${s.name} is running out of ${resource(s.text('lacks'))}`,
    sentences(
      `Its kubelet has reported this${since(s)}${s.has('message') ? `: “${s.text('message')}”` : ''}.`,
      s.has('evicted') && `It has evicted ${plural(s.value('evicted'), 'pod', 'pods')}.`,
      s.text('lacks') !== 'network' && 'No new pods are sent to it.',
    ),
    'See what runs on it',
  ],
  'node-memory-low': (s) => [
    `${s.name} is nearly out of memory`,
    `${s.bytes('usedBytes')} of ${s.bytes('totalBytes')} are in use (${s.percent('usedPercent')}).`,
    'Move some pods, or give them requests near their use',
  ],
  'node-disk-nearly-full': (s) => [
    `A disk of ${s.name} is nearly full`,
    `${s.text('device')}: ${s.percent('usedPercent')} of ${s.bytes('totalBytes')} is used. The kubelet removes images at 85% and evicts pods at 90%.`,
    'See what is on it',
  ],
  'volume-failed': (s) => [
    `The volume ${s.name} failed`,
    sentences(
      quoted(s, 'message', s.text('reason') || 'Reason') || 'It could not be deleted or recycled.',
      s.has('claim') && `Its claim was ${s.text('claim')}.`,
    ),
    'Remove it by hand',
  ],
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
