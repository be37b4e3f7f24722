import { plural, quoted, resource } from './parts-en.ts'
import { sentences } from './words.ts'

import type { Say } from './words.ts'

/** An amount of the resource that is short. */
function amount(s: Say, fact: string): string {
  return s.text('short') === 'cpu' ? s.number(fact, 2) : s.bytes(fact)
}

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
export function noNode(s: Say): string {
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

export function noNodeAction(s: Say): string {
  if (s.has('short') && s.has('asks') && s.value('asks') > s.value('largest') && s.text('short') !== 'pods')
    return `No node is that large (the largest has ${amount(s, 'largest')}): request less, or add a larger node`
  if (s.has('short')) return 'Request less, free some room, or add a node'
  if (s.has('selector')) return 'Correct its node selector, or label a node'
  if (s.has('taints')) return 'Add a toleration to the pod, or remove the taint from a node'
  if (s.has('zones')) return 'Add a node in that zone, or make the volume anew in a zone that has nodes'
  return 'See all that it asks for'
}
