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
  const message = pod.state.facts['message'] ?? (pod.state.level === 'ok' ? undefined : detail.events[0]?.message)
  if (pod.restarts > 0) parts.push(said.restarted(pod.restarts))
  if (message) parts.push(said.said(String(message)))
  return parts.join(' ')
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
