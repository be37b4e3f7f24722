import type { PodRecord } from '../records.ts'
import type { Context } from './context.ts'
import { nearest } from './nearest.ts'
import { containersOf, recentEvent, waiting, type PodFinding } from './pod-finding.ts'
import { graceMs, recentMs } from './thresholds.ts'

/** What a kubelet misses: a config map or secret, or a key in one. */
export interface MissingConfig {
  readonly kind: 'configmap' | 'secret'
  /** Empty where the message does not name it. */
  readonly name: string
  /** Empty: the whole of it is missing. */
  readonly key: string
}

/** A config map, a secret or a key in one that a pod needs and that is not there. */
export function findMissingConfig(pod: PodRecord, context: Context): PodFinding | undefined {
  if (!context.isOver(pod.createdMs, graceMs.configuration)) return undefined
  const found = missingForContainer(pod) ?? missingForVolume(pod, context)
  if (found === undefined) return undefined
  const { kind, name, key } = found
  return {
    rule: 'pod-config-missing',
    severity: 'critical',
    cause: `${kind} ${name} ${key}`,
    facts: { ...found, nearest: (key === '' && nearest(name, namesOf(kind, pod, context))) || '' },
    sinceMs: pod.createdMs,
  }
}

function missingForContainer(pod: PodRecord) {
  for (const { container } of containersOf(pod)) {
    const why = waiting(container)
    const missing = why?.reason === 'CreateContainerConfigError' ? parseMissingConfig(why.message) : undefined
    if (missing !== undefined) return { container: container.name, volume: '', ...missing }
  }
  return undefined
}

function missingForVolume(pod: PodRecord, context: Context) {
  if (pod.phase !== 'Pending') return undefined
  const event = recentEvent(context, pod, ['FailedMount'], recentMs.probe)
  const missing = event && parseMissingConfig(event.message)
  if (missing === undefined) return undefined
  const volume = /for volume "([^"]+)"/.exec(event?.message ?? '')?.[1] ?? ''
  return { container: '', volume, ...missing }
}

/** Names of the same kind that are there: as told, else what pods that run need. */
function namesOf(kind: 'configmap' | 'secret', pod: PodRecord, context: Context): Iterable<string> {
  const told = context.extra.namesOf?.(kind, pod.namespace)
  if (told !== undefined) return told
  return context
    .podsOf(pod.namespace)
    .filter((one) => one.phase === 'Running')
    .flatMap((one) => one.needs)
    .filter((need) => need.startsWith(`${kind}/`))
    .map((need) => need.slice(kind.length + 1))
}

/**
 * The kubelet's words: `configmap "x" not found`, `couldn't find key k in Secret ns/x`, and of volumes
 * `configmap references non-existent config key: k`, `references non-existent secret key: k`.
 */
export function parseMissingConfig(message: string): MissingConfig | undefined {
  const whole = /\b(configmaps?|secrets?) "([^"]+)" not found/i.exec(message)
  if (whole) return { kind: kindOf(whole[1]), name: whole[2], key: '' }
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) [^/\s]+\/([^\s,]+)/i.exec(message)
  if (key) return { kind: kindOf(key[2]), name: key[3], key: key[1] }
  const inVolume = /references non-existent (config|secret) key: (\S+)/.exec(message)
  if (inVolume) return { kind: kindOf(inVolume[1]), name: '', key: inVolume[2] }
  return undefined
}

function kindOf(word: string): 'configmap' | 'secret' {
  return word.toLowerCase().startsWith('secret') ? 'secret' : 'configmap'
}
