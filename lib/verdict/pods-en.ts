import { plural, effects, quoted, since, container, ago, exitCode, kinds } from './parts-en.ts'
import { noNode, noNodeAction } from './scheduling-en.ts'
import { sentences } from './words.ts'

import type { ClusterWords } from './cluster-words.ts'
import type { Say } from './words.ts'

/** English, of pods. */
export const podWordsEnglish: ClusterWords = {
  'pod-claim-missing': (s) => [
    `${s.name} needs a claim that does not exist`,
    sentences(`There is no claim ${s.text('claim')}; it has been waiting${since(s)}.`, effects(s)),
    'Make it, or correct its name',
  ],
  'pod-config-missing': (s) => [
    missingTitle(s),
    missingEvidence(s),
    s.has('key') ? 'Add the key, or correct its name' : 'Make it, or correct its name',
  ],
  'pod-container-refused': (s) => [
    `${s.name} cannot start its container ${s.text('container')}`,
    sentences(
      `${s.text('reason')}: “${s.text('message') || 'no message'}”.`,
      s.has('sinceSeconds') && `It has been like this${since(s)}.`,
      effects(s),
    ),
    'Correct the command, the user or the mounts of the container',
  ],
  'pod-crash-loop': (s) => [
    s.value('exitCode') === 0 ? `${s.name} ends and is started again and again` : `${s.name} crashes again and again`,
    sentences(
      `${container(s)} was started again ${plural(s.value('restarts'), 'time', 'times')}${ago(s)}, after ${exitCode(s)}.`,
      s.value('exitCode') === 0 && 'It did its work; what should keep running must not end.',
      quoted(s, 'message', 'Its last words'),
      effects(s),
    ),
    s.value('exitCode') === 0 ? 'Make it a Job, or keep it running; its last lines' : 'Read its last lines',
  ],
  'pod-failed': (s) => [
    `${s.name} stopped with an error`,
    sentences(
      `${container(s)} ended with ${exitCode(s)}${ago(s).replace(', last', '')}; nothing starts it again.`,
      quoted(s, 'message', 'Its last words'),
    ),
    'Read its last lines',
  ],
  'pod-gate-closed': (s) => [
    `${s.name} is not let in`,
    sentences(
      `Its readiness gate ${s.text('gate')} has been closed${since(s)}: the controller that opens it has not.`,
      effects(s),
    ),
    'See its conditions',
  ],
  'pod-image-missing': (s) => [
    `${s.name} cannot get its image`,
    sentences(
      `${s.text('image')} cannot be had: ${imageReasons[s.text('why')] ?? 'pulling it fails'}.`,
      s.text('why') !== 'never' && quoted(s, 'message', 'The words'),
      s.has('sinceSeconds') && `It has been waiting${since(s)}.`,
      effects(s),
    ),
    imageActions[s.text('why')] ?? 'See what the kubelet says',
  ],
  'pod-init-failing': (s) => [
    `${s.name} does not start: its init container ${s.text('container')} fails`,
    sentences(
      `It was tried again ${plural(s.value('restarts'), 'time', 'times')}${ago(s)}, after ${exitCode(s)}.`,
      quoted(s, 'message', 'Its last words'),
      effects(s),
    ),
    'Read its last lines',
  ],
  'pod-init-stuck': (s) => [
    `${s.name} does not start: its init container ${s.text('container')} has been running${since(s)}`,
    sentences(`It is number ${s.number('at')} of ${s.number('of')}; the others wait for it.`, effects(s)),
    'Read what it waits for',
  ],
  'pod-mount-failing': (s) => [
    `${s.name} cannot mount its volume ${s.text('volume')}`,
    sentences(`Node ${s.text('node')} has tried${since(s)}.`, quoted(s, 'message', 'It says'), effects(s)),
    'See its events',
  ],
  'pod-node-lost': (s) => [
    `${s.name} is on a node that does not report`,
    sentences(`Node ${s.text('node')} has not reported${since(s)}.`, effects(s)),
    'Tell who runs the nodes; its pod',
  ],
  'pod-oom-killed': (s) => [
    `${s.name} was OOM-killed`,
    sentences(
      s.has('limitBytes')
        ? `${container(s)} reached its limit of ${s.bytes('limitBytes')}${ago(s)}.`
        : `${container(s)} has no limit; its node ran out of memory${ago(s)}.`,
      s.value('restarts') > 1 && `It was started again ${plural(s.value('restarts'), 'time', 'times')}.`,
      effects(s),
    ),
    s.has('limitBytes') ? 'If it does not leak, try a higher limit' : 'Give it a limit, or free memory on the node',
  ],
  'pod-over-storage-limit': (s) => [
    `${s.name} was evicted: it wrote more than it may`,
    sentences(
      `“${s.text('message')}”`,
      s.has('sinceSeconds') && `That was ${s.duration('sinceSeconds')} ago.`,
      effects(s),
    ),
    'Raise that limit, or write less',
  ],
  'pod-memory-near-limit': (s) => [
    `${s.name} is near its memory limit`,
    sentences(
      `${container(s)} uses ${s.bytes('usedBytes')} of ${s.bytes('limitBytes')} (${s.percent('usedPercent')}).`,
      effects(s),
    ),
    'If it does not leak, try a higher limit',
  ],
  'pod-cpu-throttled': (s) => [
    `${s.name} is held back by its CPU limit`,
    sentences(
      `${container(s)} was throttled in ${s.percent('throttledPercent')} of the periods of the last 5 minutes; limit ${s.number('limitCores', 2)} cores.`,
      effects(s),
    ),
    'Try a higher limit, or none',
  ],
  'pod-probe-failing': (s) => [
    s.text('probe') === 'readiness'
      ? `${s.name} is not ready: its readiness probe fails`
      : `${s.name} is killed again and again: its ${s.text('probe')} probe fails`,
    sentences(
      s.has('message') ? `${container(s)}: “${s.text('message')}”.` : `${container(s)} runs and does not report ready.`,
      s.has('sinceSeconds') && `It has been like this${since(s)}.`,
      s.text('probe') !== 'readiness' &&
        s.has('restarts') &&
        `It was started again ${plural(s.value('restarts'), 'time', 'times')}.`,
      effects(s),
    ),
    'See the probe, and what the container says',
  ],
  'pod-sandbox-failing': (s) => [
    `${s.name} cannot give pods a network`,
    sentences(
      `${plural(s.value('pods'), 'pod waits', 'pods wait')} there${since(s)}, such as ${s.text('podNamespace')}/${s.text('pod')}.`,
      quoted(s, 'message', 'It says'),
    ),
    'See whether its network plugin runs',
  ],
  'pod-terminating': (s) => [
    `${s.name} has been ending${since(s)}`,
    sentences(
      s.has('finalizers')
        ? `Finalizers hold it: ${s.text('finalizers')}.`
        : `Node ${s.text('node')} does not report that it has ended.`,
      effects(s),
    ),
    s.has('finalizers') ? 'Let the owner of the finalizer do its work; see' : 'See what the node waits for',
  ],
  'pod-unschedulable': (s) => [
    `${s.name} has been waiting for a node${since(s)}`,
    sentences(noNode(s), effects(s)),
    noNodeAction(s),
  ],
  'pod-unseen': (s) => [
    `${s.name} has been waiting for a scheduler${since(s)}`,
    sentences('No scheduler has looked at it: none runs, or none has the name in its schedulerName.', effects(s)),
    'See whether the scheduler runs',
  ],
  'pod-volume-not-attached': (s) => [
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
  ],
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

function missingTitle(s: Say): string {
  const what = `${kinds[s.text('kind')] ?? s.text('kind')}${s.has('name') ? ` ${s.text('name')}` : ''}`
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
