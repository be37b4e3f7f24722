import { sentences } from './words.ts'

import type { Told } from './cluster-words.ts'
import type { Say } from './words.ts'

export const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

/** What follows from it: more pods of the same kind, a late rollout, Services that no pod serves. */
export function effects(s: Say): string {
  return sentences(
    s.value('pods') > 1 && s.has('pod') && `${s.number('pods')} pods are like this, such as ${s.text('pod')}.`,
    s.has('deadlineSeconds') && `Its rollout is past its deadline of ${s.duration('deadlineSeconds')}.`,
    s.value('services') === 1 && `The Service ${s.text('service')} has no endpoint.`,
    s.value('services') > 1 && `${s.number('services')} Services have no endpoint, such as ${s.text('service')}.`,
    s.value('autoscalers') > 0 && s.has('pod') && 'Its autoscaler has no metrics.',
  )
}

export const quoted = (s: Say, fact: string, before: string) => s.has(fact) && `${before}: “${s.text(fact)}”.`

export const since = (s: Say) => (s.has('sinceSeconds') ? ` for ${s.duration('sinceSeconds')}` : '')

export const container = (s: Say) => `Container ${s.text('container')}`

export const ago = (s: Say) => (s.value('agoSeconds') >= 0 ? `, last ${s.duration('agoSeconds')} ago` : '')

/** What an exit code is known to mean. */
export const exits: Readonly<Record<number, string>> = {
  126: 'the command may not be run',
  127: 'the command was not found',
  137: 'killed',
  139: 'a memory fault',
  143: 'asked to end',
}

export function exitCode(s: Say): string {
  const code = s.value('exitCode')
  return `exit code ${code}${exits[code] === undefined ? '' : ` (${exits[code]})`}`
}

export const resources: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: 'memory',
  'ephemeral-storage': 'local storage',
  pids: 'process ids',
  disk: 'disk space',
  network: 'a network',
}

export const resource = (name: string) => resources[name] ?? name

/** That pods may not be created, and why not. */
export function refused(s: Say, why: string, action: string): Told {
  const counted = s.has('desired') && `It has ${s.number('current')} of ${plural(s.value('desired'), 'pod', 'pods')}.`
  return [`Pods of ${s.name} may not be created`, sentences(why, counted, effects(s)), action]
}

export const kinds: Readonly<Record<string, string>> = { configmap: 'ConfigMap', secret: 'Secret' }
