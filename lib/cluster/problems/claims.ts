import type { ClusterProblem } from '../problem.ts'
import type { ClaimRecord, PodRecord } from '../records.ts'
import type { Context } from './context.ts'
import { namesOf, objectOf } from './objects.ts'
import { nearest } from './nearest.ts'
import { clip, few } from './text.ts'
import { graceMs, recentMs } from './thresholds.ts'

type Waiters = ReadonlyMap<string, readonly PodRecord[]>

/** Claims that stay Pending, with why, and claims whose volume is gone. */
export function findClaims(context: Context, waiters: Waiters): ClusterProblem[] {
  return [...context.records.claims.entries()].flatMap(([key, claim]) => {
    if (claim.deletedMs > 0) return []
    const pods = waiters.get(key) ?? []
    if (claim.phase === 'Lost') return [problemOf(claim, 'claim-lost', { volume: claim.volume }, pods)]
    if (claim.phase !== 'Pending' || !context.isOver(claim.createdMs, graceMs.claim)) return []
    const facts = whyPending(claim, pods, context)
    return facts === undefined ? [] : [problemOf(claim, 'claim-pending', facts, pods)]
  })
}

function problemOf(
  claim: ClaimRecord,
  rule: string,
  facts: ClusterProblem['facts'],
  pods: readonly PodRecord[],
): ClusterProblem {
  return {
    rule,
    severity: pods.length > 0 || rule === 'claim-lost' ? 'critical' : 'warning',
    object: objectOf({ kind: 'claim', namespace: claim.namespace, name: claim.name }, pods[0]),
    facts: { ...facts, requestedBytes: claim.requested, pods: pods.length, pod: pods[0]?.name ?? '' },
    sinceMs: claim.createdMs,
    pods: namesOf(pods),
  }
}

/** undefined: it is right that it waits, as for its first consumer. */
function whyPending(
  claim: ClaimRecord,
  pods: readonly PodRecord[],
  context: Context,
): ClusterProblem['facts'] | undefined {
  const { storageClasses } = context.records
  const message = provisioningWords(claim, context)
  if (!context.knowsAll('storageclasses.storage.k8s.io'))
    return message === '' && pods.length === 0 ? undefined : { why: 'unseen', class: claim.storageClass ?? '', message }
  if (claim.storageClass === undefined) return withoutClass(context, message)
  if (claim.storageClass === '') return { why: 'no-volume', class: '', message }
  const found = storageClasses.get(claim.storageClass)
  if (found === undefined) return ofMissingClass(claim.storageClass, context, message)
  const facts = { class: found.name, provisioner: found.provisioner, node: claim.selectedNode, message }
  if (found.provisioner === 'kubernetes.io/no-provisioner')
    return pods.length > 0 ? { why: 'no-volume', ...facts } : undefined
  const waitsForPod = found.bindingMode === 'WaitForFirstConsumer' && claim.selectedNode === ''
  if (waitsForPod && message === '') return undefined
  return {
    why: isZoneTrouble(message) ? 'zone' : message === '' ? 'provisioner-silent' : 'provisioner-failed',
    ...facts,
  }
}

function withoutClass({ records, nowMs }: Context, message: string): ClusterProblem['facts'] | undefined {
  const classes = [...records.storageClasses.values()]
  const standard = classes.find((one) => one.isDefault)
  // A default that has just been named is given to waiting claims within a moment.
  if (standard !== undefined && nowMs - standard.createdMs < graceMs.claim) return undefined
  if (standard !== undefined) return { why: 'no-volume', class: standard.name, message }
  return { why: 'no-default-class', class: '', classes: few(classes.map((one) => one.name)), message }
}

/** A class that is not there can be meant as a mere name that volumes made by hand share. */
function ofMissingClass(name: string, { records }: Context, message: string): ClusterProblem['facts'] {
  const isShared = [...records.volumes.values()].some((volume) => volume.storageClass === name)
  const like = nearest(name, records.storageClasses.keys()) ?? ''
  return { why: isShared ? 'no-volume' : 'class-missing', class: name, nearest: like, message }
}

function provisioningWords(claim: ClaimRecord, context: Context): string {
  const event = context
    .events('PersistentVolumeClaim', claim.namespace, claim.name)
    .find((one) => one.reason !== 'FailedBinding' && context.isRecent(one.lastMs, recentMs.event))
  return clip(
    (event?.message ?? '')
      .replace(/^failed to provision volume with StorageClass "[^"]*": /, '')
      .replace(/rpc error: code = \w+ desc = /g, ''),
  )
}

function isZoneTrouble(message: string): boolean {
  return /\bzones?\b|topolog/i.test(message)
}

/** Volumes that failed to be deleted or recycled. */
export function findFailedVolumes({ records }: Context): ClusterProblem[] {
  return [...records.volumes.values()].flatMap((volume) =>
    volume.phase === 'Failed'
      ? [
          {
            rule: 'volume-failed',
            severity: 'warning' as const,
            object: objectOf({ kind: 'volume', namespace: '', name: volume.name }),
            facts: { reason: volume.reason, message: clip(volume.message), claim: volume.claim },
          },
        ]
      : [],
  )
}
