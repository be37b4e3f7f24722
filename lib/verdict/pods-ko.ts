import { effects, quoted, since, lasting, container, exitCode, missing } from './parts-ko.ts'
import { noNode, noNodeAction } from './scheduling-ko.ts'
import { sentences } from './words.ts'

import type { ClusterWords } from './cluster-words.ts'
import type { Say } from './words.ts'

/** Korean, of pods. */
export const podWordsKorean: ClusterWords = {
  'pod-claim-missing': (s) => [
    `없는 클레임이 필요합니다: ${s.text('claim')}`,
    sentences(lasting(s) || '시작하지 못합니다.', effects(s)),
    '만들거나 이름 고치기',
  ],
  'pod-config-missing': missing,
  'pod-container-refused': (s) => [
    `컨테이너를 시작할 수 없습니다: ${s.text('container')}`,
    sentences(`${s.text('reason')}: “${s.text('message') || '설명 없음'}”.`, lasting(s), effects(s)),
    '컨테이너의 명령, 사용자, 마운트 고치기',
  ],
  'pod-crash-loop': (s) => [
    s.value('exitCode') === 0 ? '끝나고 다시 시작되기를 되풀이합니다' : '계속 비정상 종료됩니다',
    sentences(
      `${container(s)} ${s.number('restarts')}번 다시 시작${ago(s)}, ${exitCode(s)}.`,
      s.value('exitCode') === 0 && '일을 마쳤습니다. 계속 실행될 것은 끝나면 안 됩니다.',
      quoted(s, 'message', '마지막 말'),
      effects(s),
    ),
    s.value('exitCode') === 0 ? 'Job으로 바꾸거나 계속 실행하기. 마지막 로그' : '마지막 로그 읽기',
  ],
  'pod-failed': (s) => [
    '오류로 멈췄습니다',
    sentences(
      `${container(s)} ${exitCode(s)}${ago(s).replace('마지막은 ', '')}. 다시 시작되지 않습니다.`,
      quoted(s, 'message', '마지막 말'),
    ),
    '마지막 로그 읽기',
  ],
  'pod-gate-closed': (s) => [
    '준비 게이트가 닫혀 있습니다',
    sentences(`게이트: ${s.text('gate')}. 여는 컨트롤러가 열지 않았습니다.`, lasting(s), effects(s)),
    '상태 조건 보기',
  ],
  'pod-image-missing': (s) => [
    '이미지를 가져올 수 없습니다',
    sentences(
      `${s.text('image')}: ${imageReasons[s.text('why')] ?? '가져오지 못합니다'}.`,
      s.text('why') !== 'never' && quoted(s, 'message', '이유'),
      lasting(s),
      effects(s),
    ),
    imageActions[s.text('why')] ?? 'kubelet의 말 보기',
  ],
  'pod-init-failing': (s) => [
    `초기화 컨테이너가 실패해 시작하지 못합니다: ${s.text('container')}`,
    sentences(
      `${s.number('restarts')}번 다시 시도${ago(s)}, ${exitCode(s)}.`,
      quoted(s, 'message', '마지막 말'),
      effects(s),
    ),
    '마지막 로그 읽기',
  ],
  'pod-init-stuck': (s) => [
    `초기화 컨테이너가 ${since(s)}끝나지 않아 시작하지 못합니다: ${s.text('container')}`,
    sentences(`${s.number('of')}개 중 ${s.number('at')}번째입니다. 나머지는 기다립니다.`, effects(s)),
    '무엇을 기다리는지 읽기',
  ],
  'pod-mount-failing': (s) => [
    `볼륨을 마운트할 수 없습니다: ${s.text('volume')}`,
    sentences(`노드: ${s.text('node')}.`, quoted(s, 'message', '이유'), lasting(s), effects(s)),
    '이벤트 보기',
  ],
  'pod-node-lost': (s) => [
    '보고하지 않는 노드에 있습니다',
    sentences(`노드: ${s.text('node')}.`, lasting(s), effects(s)),
    '노드 관리자에게 알리기. 파드',
  ],
  'pod-oom-killed': (s) => [
    '메모리 부족으로 강제 종료되었습니다(OOM)',
    sentences(
      s.has('limitBytes')
        ? `${container(s)} 한도 ${s.bytes('limitBytes')}에 닿음${ago(s)}.`
        : `${container(s)} 한도가 없고, 노드에 남은 메모리가 없었음${ago(s)}.`,
      s.value('restarts') > 1 && `${s.number('restarts')}번 다시 시작되었습니다.`,
      effects(s),
    ),
    s.has('limitBytes') ? '누수가 아니라면 한도 올리기' : '한도를 주거나 노드의 메모리 비우기',
  ],
  'pod-over-storage-limit': (s) => [
    '허용된 것보다 많이 써서 축출되었습니다',
    sentences(`“${s.text('message')}”`, s.has('sinceSeconds') && `${s.duration('sinceSeconds')} 전입니다.`, effects(s)),
    '그 한도를 올리거나 덜 쓰기',
  ],
  'pod-memory-near-limit': (s) => [
    '메모리가 한도에 가깝습니다',
    sentences(
      `${container(s)} ${s.bytes('limitBytes')} 중 ${s.bytes('usedBytes')} (${s.percent('usedPercent')}).`,
      effects(s),
    ),
    '누수가 아니라면 한도 올리기',
  ],
  'pod-cpu-throttled': (s) => [
    'CPU 한도에 막혀 있습니다',
    sentences(
      `${container(s)} 최근 5분 동안 주기의 ${s.percent('throttledPercent')}에서 제한됨. 한도: 코어 ${s.number('limitCores', 2)}개.`,
      effects(s),
    ),
    '한도를 올리거나 없애기',
  ],
  'pod-probe-failing': (s) => [
    s.text('probe') === 'readiness'
      ? '준비 프로브가 실패해 준비되지 않았습니다'
      : `${s.text('probe') === 'startup' ? '시작' : '활성'} 프로브가 실패해 계속 강제 종료됩니다`,
    sentences(
      s.has('message')
        ? `${container(s)} “${s.text('message')}”.`
        : `${container(s)} 실행 중이지만 준비되었다고 알리지 않습니다.`,
      lasting(s),
      s.text('probe') !== 'readiness' && s.has('restarts') && `${s.number('restarts')}번 다시 시작되었습니다.`,
      effects(s),
    ),
    '프로브와 컨테이너의 말 확인',
  ],
  'pod-sandbox-failing': (s) => [
    '파드에 네트워크를 줄 수 없습니다',
    sentences(
      `기다리는 파드 ${s.number('pods')}개. 예: ${s.text('podNamespace')}/${s.text('pod')}.`,
      quoted(s, 'message', '이유'),
      lasting(s),
    ),
    '네트워크 플러그인이 실행 중인지 확인',
  ],
  'pod-terminating': (s) => [
    `${since(s)}끝나지 않고 있습니다`,
    sentences(
      s.has('finalizers')
        ? `붙잡는 파이널라이저: ${s.text('finalizers')}.`
        : `끝났다고 알리지 않는 노드: ${s.text('node')}.`,
      effects(s),
    ),
    s.has('finalizers') ? '파이널라이저의 주인이 일을 마치게 하기. 확인' : '노드가 무엇을 기다리는지 확인',
  ],
  'pod-unschedulable': (s) => [`${since(s)}노드를 기다립니다`, sentences(noNode(s), effects(s)), noNodeAction(s)],
  'pod-unseen': (s) => [
    `${since(s)}스케줄러를 기다립니다`,
    sentences('어떤 스케줄러도 보지 않았습니다. 실행 중인 것이 없거나 schedulerName의 이름이 없습니다.', effects(s)),
    '스케줄러가 실행 중인지 확인',
  ],
  'pod-volume-not-attached': (s) => [
    `볼륨을 기다립니다: ${s.text('volume')}`,
    sentences(
      s.has('holder') || s.has('holderNode') || !(s.has('message') || s.has('attacher'))
        ? `다른 노드에 붙어 있습니다. 한 노드만 쓸 수 있습니다.${s.has('holderNode') ? ` 노드: ${s.text('holderNode')}.` : ''}${s.has('holder') ? ` 쓰는 파드: ${s.text('holder')}.` : ''}`
        : `노드에 붙일 수 없습니다: ${s.text('node')}.`,
      s.has('attacher') && !s.has('message') && `답하지 않는 드라이버: ${s.text('attacher')}.`,
      quoted(s, 'message', '이유'),
      lasting(s),
      effects(s),
    ),
    s.has('holder')
      ? '다른 파드를 끝내거나 둘을 한 노드에 두기'
      : s.has('attacher')
        ? 'CSI 드라이버가 실행 중인지 확인'
        : '붙잡는 것 확인',
  ],
}

const ago = (s: Say) => (s.value('agoSeconds') >= 0 ? `, 마지막은 ${s.duration('agoSeconds')} 전` : '')

const imageReasons: Readonly<Record<string, string>> = {
  never: '노드에 없고, 풀 정책이 Never입니다',
  name: '이름이 올바르지 않습니다',
  denied: '레지스트리가 접근을 거부했거나 그런 이미지가 없습니다',
  absent: '레지스트리에 그런 이미지나 태그가 없습니다',
  unreachable: '레지스트리에 연결할 수 없습니다',
  signature: '서명이 올바르지 않습니다',
  platform: '노드의 플랫폼에 맞는 버전이 없습니다',
  rate: '레지스트리가 요청 횟수를 제한합니다',
  space: '노드의 디스크가 가득 찼습니다',
}

const imageActions: Readonly<Record<string, string>> = {
  never: '노드에 이미지를 넣거나 풀 허용(imagePullPolicy: IfNotPresent)',
  denied: '이름을 확인하고, 이 레지스트리의 imagePullSecret 지정',
  absent: '이름과 태그 확인',
  unreachable: '노드에서 레지스트리로 가는 길 확인',
  rate: 'imagePullSecret으로 로그인하거나 미러 사용',
  space: '노드의 디스크 공간 확보',
}
