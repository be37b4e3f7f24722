import type { PodRecord } from '../records.ts'
import type { Context } from './context.ts'
import { containersOf, recentEvent, waiting, type PodFinding } from './pod-finding.ts'
import { clip } from './text.ts'
import { graceMs, recentMs } from './thresholds.ts'

const reasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])

/** A container whose image cannot be had, and what the registry says. */
export function findMissingImage(pod: PodRecord, context: Context): PodFinding | undefined {
  for (const { container } of containersOf(pod)) {
    const why = waiting(container)
    if (why === undefined || !reasons.has(why.reason) || !context.isOver(pod.createdMs, graceMs.image)) continue
    const words = registryWords(why.message) || pullEvent(pod, context)
    return {
      rule: 'pod-image-missing',
      severity: 'critical',
      cause: `${container.name} ${container.image}`,
      facts: {
        container: container.name,
        image: container.image,
        why: whyNoImage(why.reason, words),
        message: clip(words),
      },
      sinceMs: pod.createdMs,
    }
  }
  return undefined
}

/** While it waits to try again, older kubelets say no more than that; the event of the failed pull does. */
function pullEvent(pod: PodRecord, context: Context): string {
  const event = recentEvent(context, pod, ['Failed'], recentMs.event)
  return event?.message.startsWith('Failed to pull image') ? registryWords(event.message) : ''
}

/** A kubelet's message without what is known besides: the wait, the image's name, the layers of the call. */
export function registryWords(message: string): string {
  const bare = message
    .replace(/^Back-off pulling image "[^"]*"(: )?/, '')
    .replace(/^(ErrImagePull|ErrImageNeverPull|RegistryUnavailable|SignatureValidationFailed): /, '')
    .replace(/^Failed to pull image "[^"]*": /, '')
    .replace(/rpc error: code = \w+ desc = /g, '')
    .replace(/^failed to pull and unpack image "[^"]*": /, '')
    .replace(/^failed to resolve (?:reference|image) "[^"]*": /, '')
  return bare === 'pull QPS exceeded' ? '' : bare
}

type Why =
  | 'never'
  | 'name'
  | 'denied'
  | 'absent'
  | 'unreachable'
  | 'signature'
  | 'platform'
  | 'rate'
  | 'space'
  | 'other'

const signs: readonly (readonly [Why, RegExp])[] = [
  ['rate', /too many requests|rate limit|\b429\b/i],
  ['platform', /no match for platform|no matching manifest/i],
  ['space', /no space left on device/i],
  // Docker Hub words what is absent and what is forbidden alike: "repository does not exist or may require authorization".
  [
    'denied',
    /pull access denied|authoriz|unauthorized|authenticat|forbidden|denied|no basic auth credentials|\b40[13]\b/i,
  ],
  ['absent', /not found|manifest unknown|name unknown|does not exist|\b404\b/i],
  [
    'unreachable',
    /no such host|timeout|refused|unreachable|deadline exceeded|connection reset|tls|x509|unavailable|EOF/i,
  ],
]

/** Why there is no image, as far as the words tell. */
export function whyNoImage(reason: string, words: string): Why {
  if (reason === 'ErrImageNeverPull') return 'never'
  if (reason === 'InvalidImageName') return 'name'
  if (reason === 'SignatureValidationFailed') return 'signature'
  if (reason === 'RegistryUnavailable') return 'unreachable'
  return signs.find(([, sign]) => sign.test(words))?.[0] ?? 'other'
}
