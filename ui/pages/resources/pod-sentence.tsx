import type { ContainerView, ObjectDetail, PodView } from '#lib/cluster'
import { useSeconds } from '../../app/seconds.ts'
import { useWords } from '../../app/words.ts'
import { shortAge } from '../../lib/format.ts'
import { withUnit } from '../../lib/units.ts'
import type { Words } from '../../words/en.ts'

/** Why a pod is as it is: what its containers and Kubernetes say. */
export function PodSentence({ detail, pod }: { detail: ObjectDetail; pod: PodView }) {
  const { words, language } = useWords()
  const nowMs = useSeconds()
  const said = words.resources.says
  const parts = detail.containers.flatMap((container) => lastExit(container, words, nowMs, language))
  if (pod.restarts > 0) parts.push(said.restarted(pod.restarts))
  const message = String(pod.state.facts['message'] ?? '').trim()
  if (message !== '') parts.push(ENDED.has(pod.state.word) ? said.lastWords(message) : said.said(message))
  else if (parts.length === 0 && pod.state.level !== 'ok') parts.push(...reported(detail).map(said.said))
  return parts.join(' ')
}

/** States whose message is the container's own. */
const ENDED = new Set<string>(['crash-loop', 'oom-killed', 'error', 'completed', 'failed'])
const TELLING = /^(Failed|Unhealthy|BackOff|Evict|Preempt)/

/** The newest warning that may be the reason; many are not. */
function reported({ events }: ObjectDetail): string[] {
  const found = events.find(({ reason }) => TELLING.test(reason))
  return found ? [found.message] : []
}

/** How a container that is in trouble ended the last time. */
function lastExit(container: ContainerView, words: Words, nowMs: number, language: string): string[] {
  const { name, last, limited, state } = container
  const said = words.resources.says
  if (!last || state.level === 'ok') return []
  if (last.reason === 'OOMKilled' && limited.memory !== undefined)
    return [said.killedAt(name, withUnit('bytes', limited.memory, language))]
  const ago = words.time.ago(shortAge(Math.max(0, nowMs - last.finishedMs), language))
  return last.exitCode === 0 ? [] : [said.exited(name, last.exitCode, ago)]
}
