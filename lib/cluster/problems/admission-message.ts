import { clip } from './text.ts'

/** Why a pod may not be created, as the API server's words tell. */
export type Refusal =
  | {
      readonly rule: 'create-over-quota'
      readonly facts: { quota: string; asked: string; used: string; limited: string }
    }
  | { readonly rule: 'create-without-requests'; readonly facts: { quota: string; missing: string } }
  | { readonly rule: 'create-against-limit-range'; readonly facts: { message: string } }
  | { readonly rule: 'create-against-pod-security'; readonly facts: { level: string; message: string } }
  | { readonly rule: 'create-refused-by-webhook'; readonly facts: { webhook: string; message: string } }
  | { readonly rule: 'create-webhook-failing'; readonly facts: { webhook: string; message: string; timeout: number } }
  | { readonly rule: 'create-without-service-account'; readonly facts: { account: string } }
  | { readonly rule: 'create-refused'; readonly facts: { message: string } }

/** Reads the message of a FailedCreate event or a ReplicaFailure condition. */
export function parseRefusal(message: string): Refusal {
  return (
    parseWebhook(message) ??
    parseQuota(message) ??
    parsePolicy(message) ?? {
      rule: 'create-refused',
      facts: { message: clip(bare(message)) },
    }
  )
}

function parseWebhook(message: string): Refusal | undefined {
  const refused = /admission webhook "([^"]+)" denied the request:? ?([^]*)/.exec(message)
  if (refused) return { rule: 'create-refused-by-webhook', facts: { webhook: refused[1], message: clip(refused[2]) } }
  const failed = /failed calling (?:admission )?webhook "([^"]+)"[:;] ?([^]*)/.exec(message)
  if (!failed) return undefined
  const words = clip(failed[2].replace(/^failed to call webhook: /, ''))
  const timeout = Number(/deadline exceeded|timeout exceeded|Client\.Timeout/i.test(words))
  return { rule: 'create-webhook-failing', facts: { webhook: failed[1], message: words, timeout } }
}

function parseQuota(message: string): Refusal | undefined {
  const over = /exceeded quota: ([^,]+), requested: (.*?), used: (.*?), limited: (.*?)(?:$|; |\n)/.exec(message)
  if (over)
    return { rule: 'create-over-quota', facts: { quota: over[1], asked: over[2], used: over[3], limited: over[4] } }
  const without = /failed quota: ([^:]+): must specify (.*)/.exec(message)
  return without
    ? { rule: 'create-without-requests', facts: { quota: without[1], missing: clip(without[2]) } }
    : undefined
}

function parsePolicy(message: string): Refusal | undefined {
  const security = /violates PodSecurity "([^":]+)[^"]*": ?([^]*)/.exec(message)
  if (security)
    return { rule: 'create-against-pod-security', facts: { level: security[1], message: clip(security[2]) } }
  const account = /error looking up service account [^/\s]+\/([^:\s]+)/.exec(message)?.[1]
  if (account !== undefined) return { rule: 'create-without-service-account', facts: { account } }
  const range = /(?:\[?)((?:maximum|minimum) \S+ usage per|\S+ max limit to request ratio per)[^]*/.exec(message)
  return range
    ? { rule: 'create-against-limit-range', facts: { message: clip(range[0].replace(/^\[|\]$/g, '')) } }
    : undefined
}

/** Without whose pod it was: that is said besides. */
function bare(message: string): string {
  return message
    .replace(/^Error creating: /, '')
    .replace(/^create Pod \S+ in StatefulSet \S+ failed error: /, '')
    .replace(/^pods? "[^"]*" is (forbidden|invalid): /, '')
}
