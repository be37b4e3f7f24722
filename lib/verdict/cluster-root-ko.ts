import { effects, quoted, since, lasting, resource } from './parts-ko.ts'
import { sentences } from './words.ts'

import type { ClusterWords } from './cluster-words.ts'
import type { Say } from './words.ts'

/** Korean, of the cluster, its nodes and its storage. */
export const rootWordsKorean: ClusterWords = {
  'api-service-unavailable': (s) => [
    'API가 답하지 않습니다',
    sentences(
      lasting(s) || '지금 사용할 수 없습니다.',
      quoted(s, 'message', s.text('reason') || '이유'),
      s.has('autoscalers') && `이 때문에 메트릭이 없는 오토스케일러: ${s.number('autoscalers')}개.`,
    ),
    '그 뒤의 파드 확인',
  ],
  'api-throttles': (s) => [
    'API 서버가 우리 요청을 제한합니다',
    `최근 ${s.duration('windowSeconds')} 동안 요청 ${s.number('count')}개에 429로 답했습니다. 보이는 값이 늦을 수 있습니다.`,
    '너무 많이 묻는 쪽 찾기',
  ],
  'api-server-errors': (s) => [
    'API 서버가 요청에 실패합니다',
    `최근 5분 동안 답의 ${s.percent('errorPercent')}가 서버 오류(5xx)였습니다.`,
    '의존하는 것 확인',
  ],
  'api-unreachable': (s) => [
    `API 서버에 연결할 수 없습니다: ${s.text('server')}`,
    sentences(`클러스터에 대한 내용은 ${s.duration('sinceSeconds')} 전의 것입니다.`, quoted(s, 'message', '이유')),
    '직접 답을 받는지 확인',
  ],
  'login-expired': (s) => [
    '클러스터 로그인이 더는 받아들여지지 않습니다',
    sentences(
      `${since(s)}API 서버가 거부했습니다. 사용자: ${s.text('user') || '알 수 없음'}. 클러스터에 대한 내용은 그 전의 것입니다.`,
      quoted(s, 'message', '이유'),
    ),
    '다시 로그인한 뒤 확인',
  ],
  'kinds-forbidden': (s) => [
    `읽을 수 없는 객체 종류: ${s.number('count')}개`,
    `보이지 않는 것: ${s.text('resources')}. 여기의 문제는 찾지 못합니다.`,
    '허용된 것 보기. 필요한 권한은 get, list, watch',
  ],
  'kubelet-refuses': (s) => [
    s.value('nodes') > 1 ? `kubelet ${s.number('nodes')}개를 읽을 수 없습니다` : 'kubelet을 읽을 수 없습니다',
    sentences(
      kubeletReasons[s.text('status')] ?? kubeletReasons.error,
      s.value('nodes') > 1 && `노드: ${s.text('names')}.`,
      quoted(s, 'message', '이유'),
      '컨테이너의 사용량이 없습니다.',
    ),
    kubeletActions[s.text('status')] ?? 'API 서버에서 연결되는지 확인',
  ],
  'claim-lost': (s) => [
    '클레임이 볼륨을 잃었습니다',
    `볼륨과 그 데이터가 없어졌습니다: ${s.text('volume')}.`,
    '백업에서 되살리고 클레임 다시 만들기',
  ],
  'claim-pending': (s) => [
    `클레임이 ${since(s)}볼륨을 기다립니다`,
    sentences(
      (claimReasons[s.text('why')] ?? claimReasons['no-volume'])(s),
      quoted(s, 'message', '이유'),
      s.has('pods') && `기다리는 파드 ${s.number('pods')}개. 예: ${s.text('pod')}.`,
    ),
    claimActions[s.text('why')] ?? '이벤트 보기',
  ],
  'claim-nearly-full': (s) => [
    '볼륨이 거의 찼습니다',
    `${s.bytes('capacityBytes')} 중 ${s.percent('usedPercent')} 사용, ${s.bytes('availableBytes')} 남음.`,
    '스토리지 클래스가 확장을 허용한다면',
  ],
  'claim-will-be-full': (s) => [
    `볼륨이 약 ${s.duration('leftSeconds')} 뒤에 가득 찹니다`,
    `${s.bytes('capacityBytes')} 중 ${s.percent('usedPercent')} 사용, 시간당 ${s.bytes('growthBytes')}씩 늘어납니다.`,
    '스토리지 클래스가 확장을 허용한다면',
  ],
  'claim-inodes': (s) => [
    '볼륨에 inode가 거의 없습니다',
    `${s.percent('usedPercent')} 사용. 파일이 매우 많습니다.`,
    '작은 파일을 지우고 확인',
  ],
  'drain-blocked': (s) => [
    `노드를 비울 수 없습니다. 막는 예산: ${s.text('budget')}`,
    `노드의 스케줄링이 막혀 있고, 예산이 중단을 허용하지 않습니다. 정상 파드가 ${s.number('healthy')}개이고 ${s.number('needed')}개가 필요합니다. 축출할 수 없는 파드 ${s.number('pods')}개. 예: ${s.text('pod')}.`,
    '복제본을 하나 늘리거나 예산 완화',
  ],
  'namespace-terminating': (s) => [
    `네임스페이스가 ${since(s)}삭제되고 있습니다`,
    sentences(
      s.has('apiService') && `이 API가 답하지 않아 남은 것을 알 수 없습니다: ${s.text('apiService')}.`,
      s.has('finalizers') && `붙잡는 파이널라이저: ${s.text('finalizers')}.`,
      s.has('remaining') && `남은 것: ${s.text('remaining')}.`,
      s.has('ownFinalizers') && `네임스페이스의 파이널라이저: ${s.text('ownFinalizers')}.`,
      quoted(s, 'message', '이유'),
    ),
    s.has('apiService') ? '그 API를 고치거나 APIService 삭제' : '파이널라이저의 주인이 일을 마치게 하기. 확인',
  ],
  'node-evicts': (s) => [
    `${resource(s.text('resource')) || '자원'} 부족: 파드 ${s.number('pods')}개를 축출했습니다`,
    sentences(
      `예: ${s.text('pod')}.`,
      quoted(s, 'message', '이유'),
      s.has('sinceSeconds') && `${s.duration('sinceSeconds')} 전에 시작되었습니다.`,
    ),
    '파드에 실제 사용량에 가까운 요청을 주거나 일부 옮기기',
  ],
  'node-not-ready': (s) => [
    `노드가 준비되지 않았습니다${s.has('pods') ? `. 걸린 파드 ${s.number('pods')}개` : ''}`,
    sentences(
      s.has('silent')
        ? `kubelet이 ${since(s)}아무 말이 없습니다. kubelet, 기계 또는 네트워크가 멈췄습니다.`
        : `kubelet의 말 (${s.duration('sinceSeconds')} 동안): “${s.text('message') || s.text('reason')}”.`,
      s.has('workloads') && `워크로드: ${s.text('workloads')}.`,
      s.has('homeless') && `갈 노드가 없는 파드 ${s.number('homeless')}개.`,
      s.has('heldVolumes') && `아직 여기 붙어 있는 볼륨 ${s.number('heldVolumes')}개.`,
      effects(s),
    ),
    s.has('heldVolumes')
      ? '기계를 켜기. 꺼진 채라면 볼륨 놓아주기'
      : s.has('silent')
        ? '기계나 kubelet을 켜기(systemctl status kubelet). 마지막 상태'
        : '노드에서 journalctl -u kubelet 읽기. 상태 조건',
  ],
  'node-pressure': (s) => [
    `부족한 자원: ${resource(s.text('lacks'))}`,
    sentences(
      `kubelet이 ${since(s)}알리고 있습니다${s.has('message') ? `: “${s.text('message')}”` : ''}.`,
      s.has('evicted') && `축출한 파드 ${s.number('evicted')}개.`,
      s.text('lacks') !== 'network' && '새 파드를 받지 않습니다.',
    ),
    '실행 중인 것 보기',
  ],
  'node-memory-low': (s) => [
    '메모리가 거의 없습니다',
    `${s.bytes('totalBytes')} 중 ${s.bytes('usedBytes')} 사용 (${s.percent('usedPercent')}).`,
    '파드를 일부 옮기거나, 실제 사용량에 가까운 요청 주기',
  ],
  'node-disk-nearly-full': (s) => [
    '디스크가 거의 찼습니다',
    `${s.text('device')}: ${s.bytes('totalBytes')} 중 ${s.percent('usedPercent')} 사용. kubelet은 85%에서 이미지를 지우고 90%에서 파드를 축출합니다.`,
    '있는 것 보기',
  ],
  'volume-failed': (s) => [
    '볼륨이 실패했습니다',
    sentences(
      quoted(s, 'message', s.text('reason') || '이유') || '지우거나 재활용하지 못했습니다.',
      s.has('claim') && `클레임: ${s.text('claim')}.`,
    ),
    '직접 지우기',
  ],
}

const claimReasons: Readonly<Record<string, (s: Say) => string>> = {
  'no-default-class': (s) =>
    `스토리지 클래스를 정하지 않았고, 기본 클래스가 없습니다.${s.has('classes') ? ` 있는 클래스: ${s.text('classes')}.` : ''}`,
  'class-missing': (s) =>
    `없는 스토리지 클래스: ${s.text('class')}.${s.has('nearest') ? ` 가장 가까운 것: ${s.text('nearest')}.` : ''}`,
  'no-volume': (s) =>
    `맞는 빈 볼륨이 없고, 만들어 주는 것도 없습니다.${s.has('class') ? ` 클래스: ${s.text('class')}.` : ''}`,
  unseen: (s) =>
    `스토리지 클래스를 읽을 권한이 없어 원인을 알 수 없습니다.${s.has('class') ? ` 클래스: ${s.text('class')}.` : ''}`,
  zone: (s) => `파드가 실행될 수 있는 곳에 볼륨을 만들 수 없습니다.${s.has('node') ? ` 노드: ${s.text('node')}.` : ''}`,
  'provisioner-silent': (s) =>
    `프로비저너가 볼륨을 만들지 않았고 아무 보고도 없습니다. 클래스: ${s.text('class')}, 프로비저너: ${s.text('provisioner')}.`,
  'provisioner-failed': (s) =>
    `프로비저너가 실패합니다. 클래스: ${s.text('class')}, 프로비저너: ${s.text('provisioner')}.`,
}

const claimActions: Readonly<Record<string, string>> = {
  'no-default-class': '클레임에 클래스를 정하거나 기본 클래스 지정',
  'class-missing': '클래스를 고치거나 만들기',
  'no-volume': '그 크기의 볼륨을 만들거나, 볼륨을 만들어 주는 클래스 사용',
  zone: '클래스에 노드의 영역 허용',
  'provisioner-silent': '프로비저너가 실행 중인지 확인',
  'provisioner-failed': '프로비저너의 로그 확인',
}

const kubeletReasons: Readonly<Record<string, string>> = {
  401: '401로 답합니다. 우리 토큰을 알지 못합니다.',
  403: '403으로 답합니다. nodes/metrics를 읽을 권한이 없습니다.',
  certificate: '인증서가 예상과 달라 자격 증명을 보내지 않습니다.',
  unreachable: '연결할 수 없습니다.',
  error: '오류로 답합니다.',
}

const kubeletActions: Readonly<Record<string, string>> = {
  401: 'kubelet이 토큰을 받도록 설정(authentication.webhook.enabled: true)',
  403: 'nodes/metrics의 get 권한 부여',
  certificate: '인증서를 일부러 바꾸었는지 확인',
}
