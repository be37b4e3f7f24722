import type { PodRecord, VolumeAttachmentRecord } from '../records.ts'
import type { Context } from './context.ts'
import { recentEvent, type PodFinding } from './pod-finding.ts'
import { clip } from './text.ts'
import { graceMs, recentMs } from './thresholds.ts'

/** A volume that cannot be attached to the pod's node: it is held by another, or the driver fails or is silent. */
export function findUnattachedVolume(pod: PodRecord, context: Context): PodFinding | undefined {
  if (pod.phase !== 'Pending' || pod.node === '' || pod.claims.length === 0) return undefined
  const event = recentEvent(context, pod, ['FailedAttachVolume'], recentMs.probe)
  if (event !== undefined) return attachFinding(pod, event.message, event.firstMs, context)
  const waits = attachmentOf(pod, context)
  if (waits === undefined || !context.isOver(waits.createdMs, graceMs.volume)) return undefined
  const { attacher, volume, attachError, createdMs } = waits
  const facts = { node: pod.node, volume, claim: claimOf(volume, context), attacher, holder: '', holderNode: '' }
  return finding({ ...facts, message: clip(attachError) }, createdMs)
}

function attachFinding(pod: PodRecord, message: string, sinceMs: number, context: Context): PodFinding {
  const volume = /for volume "([^"]+)"/.exec(message)?.[1] ?? ''
  const holder = /already used by pod\(s\) ([^\s,]+)/.exec(message)?.[1] ?? ''
  const holderNode = context.records.pods.get(`${pod.namespace}/${holder}`)?.node ?? otherNode(volume, pod, context)
  const isHeld = /already (exclusively attached|used by)/.test(message)
  const words = message.replace(/^[^"]*for volume "[^"]*" ?:? */, '').replace(/rpc error: code = \w+ desc = /g, '')
  const claim = claimOf(volume, context)
  return finding(
    {
      node: pod.node,
      volume,
      claim,
      attacher: /external-attacher of (\S+) CSI driver/.exec(message)?.[1] ?? '',
      holder,
      holderNode,
      message: isHeld ? '' : clip(words),
    },
    sinceMs,
  )
}

function finding(facts: PodFinding['facts'] & { readonly volume: string }, sinceMs: number): PodFinding {
  return { rule: 'pod-volume-not-attached', severity: 'critical', cause: facts.volume, facts, sinceMs }
}

/** The node that holds a volume, other than the pod's own. */
function otherNode(volume: string, pod: PodRecord, context: Context): string {
  return context.attachmentsOf(volume).find((one) => one.node !== pod.node && one.attached)?.node ?? ''
}

/** The attachment that a pod waits for. */
function attachmentOf(pod: PodRecord, context: Context): VolumeAttachmentRecord | undefined {
  return pod.claims
    .map((name) => context.records.claims.get(`${pod.namespace}/${name}`)?.volume ?? '')
    .flatMap((volume) => context.attachmentsOf(volume))
    .find((one) => one.node === pod.node && !one.attached && one.deletedMs === 0)
}

function claimOf(volume: string, { records }: Context): string {
  return records.volumes.get(volume)?.claim ?? ''
}

/** A volume that is there and cannot be mounted. */
export function findFailedMount(pod: PodRecord, context: Context): PodFinding | undefined {
  if (pod.phase !== 'Pending' || !context.isOver(pod.createdMs, graceMs.volume)) return undefined
  const event = recentEvent(context, pod, ['FailedMount', 'FailedMapVolume'], recentMs.probe)
  if (event === undefined || /object "[^"]*"\/"[^"]*" not registered/.test(event.message)) return undefined
  const volume =
    /for volume "([^"]+)"/.exec(event.message)?.[1] ?? /unmounted volumes=\[([^\]]*)\]/.exec(event.message)?.[1] ?? ''
  const message = event.message
    .replace(/^[\w.]+ failed for volume "[^"]*" : /, '')
    .replace(/rpc error: code = \w+ desc = /g, '')
  return {
    rule: 'pod-mount-failing',
    severity: 'critical',
    cause: volume,
    facts: { volume, node: pod.node, message: clip(message) },
    sinceMs: event.firstMs,
  }
}
