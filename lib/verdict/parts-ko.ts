import { sentences } from './words.ts'

import type { Told } from './cluster-words.ts'
import type { Say } from './words.ts'

export function effects(s: Say): string {
  return sentences(
    s.value('pods') > 1 && s.has('pod') && `같은 상태의 파드 ${s.number('pods')}개. 예: ${s.text('pod')}.`,
    s.has('deadlineSeconds') && `롤아웃 기한(${s.duration('deadlineSeconds')})이 지났습니다.`,
    s.value('services') === 1 && `엔드포인트가 없는 서비스: ${s.text('service')}.`,
    s.value('services') > 1 && `엔드포인트가 없는 서비스 ${s.number('services')}개. 예: ${s.text('service')}.`,
    s.value('autoscalers') > 0 && s.has('pod') && '오토스케일러에 메트릭이 없습니다.',
  )
}

export const quoted = (s: Say, fact: string, before: string) => s.has(fact) && `${before}: “${s.text(fact)}”.`

export const since = (s: Say) => (s.has('sinceSeconds') ? `${s.duration('sinceSeconds')} 동안 ` : '')

export const lasting = (s: Say) => s.has('sinceSeconds') && `${s.duration('sinceSeconds')}째 그렇습니다.`

export const container = (s: Say) => `컨테이너 ${s.text('container')}:`

export const exits: Readonly<Record<number, string>> = {
  126: '명령을 실행할 수 없음',
  127: '명령을 찾을 수 없음',
  137: '강제 종료됨',
  139: '메모리 접근 오류',
  143: '종료 요청을 받음',
}

export function exitCode(s: Say): string {
  const code = s.value('exitCode')
  return `종료 코드 ${code}${exits[code] === undefined ? '' : ` (${exits[code]})`}`
}

export const resources: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: '메모리',
  'ephemeral-storage': '로컬 저장 공간',
  pids: '프로세스 ID',
  disk: '디스크 공간',
  network: '네트워크',
}

export const resource = (name: string) => resources[name] ?? name

export const kinds: Readonly<Record<string, string>> = { configmap: '컨피그맵', secret: '시크릿' }

export function missing(s: Say): Told {
  const kind = kinds[s.text('kind')] ?? s.text('kind')
  const name = s.has('name') ? ` ${s.text('name')}` : ''
  return [
    s.has('key')
      ? `필요한 키가 없습니다. 키: ${s.text('key')}, ${kind}${name === '' ? '' : `:${name}`}`
      : `필요한 ${kind} 없음:${name}`,
    sentences(
      s.has('nearest') && `가장 가까운 것: ${s.text('nearest')}.`,
      s.has('container') && `기다리는 컨테이너: ${s.text('container')}.`,
      s.has('volume') && `기다리는 볼륨: ${s.text('volume')}.`,
      lasting(s) || '시작하지 못합니다.',
      effects(s),
    ),
    s.has('key') ? '키를 추가하거나 이름 고치기' : '만들거나 이름 고치기',
  ]
}

export function refused(s: Say, why: string, action: string): Told {
  const counted = s.has('desired') && `파드 ${s.number('desired')}개 중 ${s.number('current')}개만 있습니다.`
  return ['파드를 만들 수 없습니다', sentences(why, counted, effects(s)), action]
}
