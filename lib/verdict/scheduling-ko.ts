import { quoted, resource } from './parts-ko.ts'
import { sentences } from './words.ts'

import type { Say } from './words.ts'

function amount(s: Say, fact: string): string {
  return s.text('short') === 'cpu' ? s.number(fact, 2) : s.bytes(fact)
}

function shortage(s: Say): string | false {
  if (!s.has('short')) return false
  if (s.text('short') === 'pods') return '모든 노드가 이미 파드를 최대로 실행하고 있습니다.'
  if (!s.has('asks')) return `노드에 부족한 자원: ${s.text('short')}.`
  const nodes = [0, 1, 2]
    .filter((at) => s.has(`node${at}`))
    .map((at) => `${s.text(`node${at}`)} ${amount(s, `free${at}`)}`)
  const asks = `요청: ${resource(s.text('short'))} ${amount(s, 'asks')}.`
  return nodes.length === 0 ? asks : `${asks} 노드의 최대 여유: ${amount(s, 'free0')} (${nodes.join(', ')}).`
}

export function noNode(s: Say): string {
  const of = (fact: string) => `노드 ${s.number('nodes')}개 중 ${s.number(fact)}개`
  const ruled = (fact: string, by: string) => s.has(fact) && `${of(fact)}: ${by}.`
  return sentences(
    shortage(s),
    s.has('taintNodes') &&
      `${of('taintNodes')}에 허용하지 않은 테인트가 있습니다${s.has('taints') ? `: ${s.text('taints')}` : ''}.`,
    s.has('selectorNodes') &&
      (s.has('selector')
        ? `어느 노드에도 없는 레이블: ${s.text('selector')}.${s.has('nearest') ? ` 가장 가까운 것: ${s.text('nearest')}.` : ''}`
        : `${of('selectorNodes')}가 노드 어피니티에 맞지 않습니다.`),
    s.has('volumePlaceNodes') &&
      `볼륨을 쓸 수 있는 노드가 없습니다${s.has('volume') ? `: ${s.text('volume')} (클레임 ${s.text('claim')})` : ''}.${s.has('zones') ? ` 볼륨의 영역: ${s.text('zones')}. 노드의 영역: ${s.text('nodeZones') || '없음'}.` : ''}`,
    ruled('affinityNodes', '다른 파드와의 어피니티에 맞지 않음'),
    ruled('spreadNodes', '토폴로지 분산 조건에 맞지 않음'),
    ruled('portsNodes', '호스트 포트가 이미 쓰임'),
    ruled('volumeCountNodes', '노드의 볼륨 수가 최대임'),
    ruled('volumeUsedNodes', '다른 파드가 볼륨을 혼자 씀'),
    ruled('cordonedNodes', '스케줄링이 막힘'),
    quoted(s, 'message', '스케줄러의 말'),
  )
}

export function noNodeAction(s: Say): string {
  if (s.has('short') && s.has('asks') && s.value('asks') > s.value('largest') && s.text('short') !== 'pods')
    return `그만큼 큰 노드가 없습니다(가장 큰 노드: ${amount(s, 'largest')}). 요청을 줄이거나 더 큰 노드 추가`
  if (s.has('short')) return '요청을 줄이거나, 자리를 비우거나, 노드 추가'
  if (s.has('selector')) return '노드 셀렉터를 고치거나 노드에 레이블 추가'
  if (s.has('taints')) return '파드에 톨러레이션을 추가하거나 노드의 테인트 제거'
  if (s.has('zones')) return '그 영역에 노드를 추가하거나, 노드가 있는 영역에 볼륨 다시 만들기'
  return '요구 조건 모두 보기'
}
