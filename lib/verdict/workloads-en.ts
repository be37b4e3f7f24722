import { plural, quoted, since, exitCode, resource, refused } from './parts-en.ts'
import { sentences } from './words.ts'

import type { ClusterWords } from './cluster-words.ts'
import type { Say } from './words.ts'

/** English, of workloads and Services. */
export const workloadWordsEnglish: ClusterWords = {
  'autoscaler-blind': (s) => [
    `The autoscaler ${s.name} cannot scale`,
    sentences(
      (blind[s.text('why')] ?? blind.other)(s),
      `${s.text('target')} stays at ${plural(s.value('current'), 'replica', 'replicas')}${since(s)}.`,
    ),
    s.text('why') === 'no-request' ? 'Give the container a request' : 'See its conditions',
  ],
  'metrics-api-missing': (s) => [
    s.value('autoscalers') > 1
      ? `${s.number('autoscalers')} autoscalers have no metrics`
      : `The autoscaler ${s.name} has no metrics`,
    sentences(
      `Nothing in this cluster serves ${s.text('api')}.`,
      s.value('autoscalers') > 1 && `Autoscalers: ${s.text('names')}.`,
    ),
    'Install what serves it (metrics-server, or Binnacle’s metrics API)',
  ],
  'create-over-quota': (s) =>
    refused(
      s,
      `The quota ${s.text('quota')} is used up: asked ${s.text('asked')}, used ${s.text('used')}, limit ${s.text('limited')}.`,
      'Raise the quota, or free some of it',
    ),
  'create-without-requests': (s) =>
    refused(
      s,
      `The quota ${s.text('quota')} demands that its containers set ${s.text('missing')}.`,
      'Set them in the pod template',
    ),
  'create-against-limit-range': (s) =>
    refused(s, `A LimitRange forbids it: “${s.text('message')}”.`, 'Change the pod template, or the LimitRange'),
  'create-against-pod-security': (s) =>
    refused(
      s,
      `Pod Security “${s.text('level')}” of this namespace forbids it: “${s.text('message')}”.`,
      'Set what it asks for in securityContext, or change the level',
    ),
  'create-refused-by-webhook': (s) =>
    refused(
      s,
      `The admission webhook ${s.text('webhook')} refuses them: “${s.text('message')}”.`,
      'Change what it objects to; its configuration',
    ),
  'create-webhook-failing': (s) =>
    refused(
      s,
      `The admission webhook ${s.text('webhook')} ${s.has('timeout') ? 'does not answer in time' : 'cannot be called'}, and nothing is created without it. “${s.text('message')}”.`,
      'Repair the service behind it, or let failurePolicy be Ignore',
    ),
  'create-without-service-account': (s) =>
    refused(s, `There is no service account ${s.text('account')} in its namespace.`, 'Make it, or name another'),
  'create-refused': (s) => refused(s, `The API server says: “${s.text('message')}”.`, 'See all of it'),
  'job-failed': (s) => [
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
  ],
  'rollout-stuck': (s) => [
    s.has('deadlineSeconds')
      ? `The rollout of ${s.name} is past its deadline`
      : `The rollout of ${s.name} does not move`,
    `${s.number('ready')} of ${plural(s.value('desired'), 'pod is', 'pods are')} ready, ${s.number('updated')} updated${s.has('deadlineSeconds') ? `; the deadline is ${s.duration('deadlineSeconds')}` : ''}. It has stood still${since(s)}.`,
    'If it does not recover, go back',
  ],
  'service-without-endpoints': (s) => [
    `The Service ${s.name} has no endpoint`,
    s.text('why') === 'nothing'
      ? `No pod matches its selector ${s.text('selector')}.${s.has('nearest') ? ` The nearest, ${s.text('nearestOf')}, has ${s.text('nearest')}.` : ''}`
      : `${plural(s.value('pods'), 'pod matches', 'pods match')} its selector ${s.text('selector')}; none is ready.`,
    s.text('why') === 'nothing' ? 'Correct the selector or the labels' : 'See why they are not ready',
  ],
}

const blind: Readonly<Record<string, (s: Say) => string>> = {
  'no-request': (s) =>
    `Container ${s.text('container')} requests no ${resource(s.text('resource'))}, so that its use is a share of nothing.`,
  'no-target': (s) => `Its target ${s.text('target')} cannot be asked for its scale: “${s.text('message')}”.`,
  'no-samples': () => 'There are no metrics for its pods.',
  selector: (s) => `Its target cannot be told from others: “${s.text('message')}”.`,
  other: (s) => `“${s.text('message')}”.`,
}
