import type { ContainerRecord } from './records.ts'

const FIRST_SECONDS = 10
const LONGEST_SECONDS = 300
const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 }

/**
 * When the kubelet starts a container again that keeps ending: counted from its end, as the kubelet says it
 * (`back-off 2m40s restarting failed container=…`), else 10 s, doubled with each restart up to 5 minutes. 0: unknown.
 */
export function restartsAtMs({ state, last, restarts }: ContainerRecord): number {
  if (!last || last.finishedMs === 0) return 0
  const said = state.kind === 'waiting' ? saidSeconds(state.message) : undefined
  const guessed = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.max(0, restarts - 1))
  return last.finishedMs + (said ?? guessed) * 1000
}

function saidSeconds(message: string): number | undefined {
  const duration = /\bback-off ((?:\d+(?:\.\d+)?(?:h|ms|m|s))+) restarting/.exec(message)?.[1]
  if (duration === undefined) return undefined
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)]
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit], 0)
}
