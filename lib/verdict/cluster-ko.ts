import { clusterCommand } from './cluster-commands.ts'
import { sentences, type Advice, type Say } from './words.ts'

/** What is wrong, before which the name stands with a colon: no particle directly follows a name. */
type Words = (s: Say) => readonly [what: string, evidence: string, action: string]

function effects(s: Say): string {
  return sentences(
    s.value('pods') > 1 && s.has('pod') && `같은 상태의 파드 ${s.number('pods')}개. 예: ${s.text('pod')}.`,
    s.has('lateRollout') &&
      `롤아웃 기한${s.has('deadlineSeconds') ? `(${s.duration('deadlineSeconds')})` : ''}이 지났습니다.`,
    s.value('services') === 1 && `엔드포인트가 없는 서비스: ${s.text('service')}.`,
    s.value('services') > 1 && `엔드포인트가 없는 서비스 ${s.number('services')}개. 예: ${s.text('service')}.`,
    s.value('autoscalers') > 0 && s.has('pod') && '오토스케일러에 메트릭이 없습니다.',
  )
}

const quoted = (s: Say, fact: string, before: string) => s.has(fact) && `${before}: “${s.text(fact)}”.`
const since = (s: Say) => (s.has('sinceSeconds') ? `${s.duration('sinceSeconds')} 동안 ` : '')
const lasting = (s: Say) => s.has('sinceSeconds') && `${s.duration('sinceSeconds')}째 그렇습니다.`
const container = (s: Say) => `컨테이너 ${s.text('container')}:`
const ago = (s: Say) => (s.value('agoSeconds') >= 0 ? `, 마지막은 ${s.duration('agoSeconds')} 전` : '')

const exits: Readonly<Record<number, string>> = {
  126: '명령을 실행할 수 없음',
  127: '명령을 찾을 수 없음',
  137: '강제 종료됨',
  139: '메모리 접근 오류',
  143: '종료 요청을 받음',
}

function exitCode(s: Say): string {
  const code = s.value('exitCode')
  return `종료 코드 ${code}${exits[code] === undefined ? '' : ` (${exits[code]})`}`
}

function amount(s: Say, fact: string): string {
  return s.text('short') === 'cpu' ? s.number(fact, 2) : s.bytes(fact)
}

const resources: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: '메모리',
  'ephemeral-storage': '로컬 저장 공간',
  pids: '프로세스 ID',
  disk: '디스크 공간',
  network: '네트워크',
}
const resource = (name: string) => resources[name] ?? name

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

function noNode(s: Say): string {
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

function noNodeAction(s: Say): string {
  if (s.has('short') && s.has('asks') && s.value('asks') > s.value('largest') && s.text('short') !== 'pods')
    return `그만큼 큰 노드가 없습니다(가장 큰 노드: ${amount(s, 'largest')}). 요청을 줄이거나 더 큰 노드 추가`
  if (s.has('short')) return '요청을 줄이거나, 자리를 비우거나, 노드 추가'
  if (s.has('selector')) return '노드 셀렉터를 고치거나 노드에 레이블 추가'
  if (s.has('taints')) return '파드에 톨러레이션을 추가하거나 노드의 테인트 제거'
  if (s.has('zones')) return '그 영역에 노드를 추가하거나, 노드가 있는 영역에 볼륨 다시 만들기'
  return '요구 조건 모두 보기'
}

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

const blind: Readonly<Record<string, (s: Say) => string>> = {
  'no-request': (s) =>
    `사용률을 계산할 요청 값이 없습니다. 컨테이너: ${s.text('container')}, 자원: ${resource(s.text('resource'))}.`,
  'no-target': (s) => `대상의 규모를 물을 수 없습니다: “${s.text('message')}”.`,
  'no-samples': () => '파드의 메트릭이 없습니다.',
  selector: (s) => `대상을 구별할 수 없습니다: “${s.text('message')}”.`,
  other: (s) => `“${s.text('message')}”.`,
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

const kinds: Readonly<Record<string, string>> = { configmap: '컨피그맵', secret: '시크릿' }

function missing(s: Say): ReturnType<Words> {
  const kind = kinds[s.text('kind')]
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

function refused(s: Say, why: string, action: string): ReturnType<Words> {
  const counted = s.has('desired') && `파드 ${s.number('desired')}개 중 ${s.number('current')}개만 있습니다.`
  return ['파드를 만들 수 없습니다', sentences(why, counted, effects(s)), action]
}

const words: Readonly<Record<string, Words>> = {
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
  'autoscaler-blind': (s) => [
    '오토스케일러가 조절하지 못합니다',
    sentences(
      (blind[s.text('why')] ?? blind.other)(s),
      `${since(s)}복제본이 ${s.number('current')}개로 그대로입니다. 대상: ${s.text('target')}.`,
    ),
    s.text('why') === 'no-request' ? '컨테이너에 요청 값 주기' : '상태 조건 보기',
  ],
  'metrics-api-missing': (s) => [
    s.value('autoscalers') > 1
      ? `오토스케일러 ${s.number('autoscalers')}개에 메트릭이 없습니다`
      : '오토스케일러에 메트릭이 없습니다',
    sentences(
      `클러스터에 없는 API: ${s.text('api')}.`,
      s.value('autoscalers') > 1 && `오토스케일러: ${s.text('names')}.`,
    ),
    '이 API를 주는 것 설치(metrics-server 또는 Binnacle의 메트릭 API)',
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
  'create-over-quota': (s) =>
    refused(
      s,
      `쿼터를 다 썼습니다: ${s.text('quota')}. 요청: ${s.text('asked')}, 사용: ${s.text('used')}, 한도: ${s.text('limited')}.`,
      '쿼터를 늘리거나 일부 비우기',
    ),
  'create-without-requests': (s) =>
    refused(s, `쿼터가 컨테이너에 요구하는 값: ${s.text('missing')}. 쿼터: ${s.text('quota')}.`, '파드 템플릿에 지정'),
  'create-against-limit-range': (s) =>
    refused(s, `LimitRange에 어긋납니다: “${s.text('message')}”.`, '파드 템플릿이나 LimitRange 바꾸기'),
  'create-against-pod-security': (s) =>
    refused(
      s,
      `이 네임스페이스의 파드 보안 수준(${s.text('level')})에 어긋납니다: “${s.text('message')}”.`,
      '요구하는 securityContext를 지정하거나 수준 바꾸기',
    ),
  'create-refused-by-webhook': (s) =>
    refused(
      s,
      `어드미션 웹훅이 거부합니다: ${s.text('webhook')}. “${s.text('message')}”.`,
      '지적한 것을 고치기. 웹훅 설정',
    ),
  'create-webhook-failing': (s) =>
    refused(
      s,
      `어드미션 웹훅${s.has('timeout') ? '이 제때 답하지 않아' : '을 부를 수 없어'} 아무것도 만들어지지 않습니다: ${s.text('webhook')}. “${s.text('message')}”.`,
      '그 뒤의 서비스를 고치거나 failurePolicy를 Ignore로 바꾸기',
    ),
  'create-without-service-account': (s) =>
    refused(s, `네임스페이스에 없는 서비스 어카운트: ${s.text('account')}.`, '만들거나 다른 것 지정'),
  'create-refused': (s) => refused(s, `API 서버의 말: “${s.text('message')}”.`, '전체 보기'),
  'drain-blocked': (s) => [
    `노드를 비울 수 없습니다. 막는 예산: ${s.text('budget')}`,
    `노드의 스케줄링이 막혀 있고, 예산이 중단을 허용하지 않습니다. 정상 파드가 ${s.number('healthy')}개이고 ${s.number('needed')}개가 필요합니다. 내보낼 수 없는 파드 ${s.number('pods')}개. 예: ${s.text('pod')}.`,
    '복제본을 하나 늘리거나 예산 완화',
  ],
  'job-failed': (s) => [
    s.value('jobs') > 1 ? `최근 작업 ${s.number('jobs')}개가 실패했습니다` : '작업이 실패했습니다',
    sentences(
      s.text('reason') === 'DeadlineExceeded'
        ? '기한보다 오래 실행되었습니다.'
        : s.text('reason') === 'BackoffLimitExceeded'
          ? `${s.number('failed')}번 실패했습니다. 허용된 재시도: ${s.number('backoffLimit')}번.`
          : quoted(s, 'message', s.text('reason') || '이유'),
      s.has('pod') &&
        `마지막 파드: ${s.text('pod')}, ${exitCode(s)}${s.text('endReason') === 'OOMKilled' ? ', 메모리 때문에 강제 종료됨' : ''}.`,
      s.has('sinceSeconds') && `${s.duration('sinceSeconds')} 전입니다.`,
    ),
    s.has('pod') ? '로그 읽기' : '이벤트 보기',
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
    `${resource(s.text('resource')) || '자원'} 부족: 파드 ${s.number('pods')}개를 내보냈습니다`,
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
      s.has('evicted') && `내보낸 파드 ${s.number('evicted')}개.`,
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
    `${s.text('device')}: ${s.bytes('totalBytes')} 중 ${s.percent('usedPercent')} 사용. kubelet은 85%에서 이미지를 지우고 90%에서 파드를 내보냅니다.`,
    '있는 것 보기',
  ],
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
    '이미지가 없습니다',
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
    '허용된 것보다 많이 써서 내보내졌습니다',
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
  'rollout-stuck': (s) => [
    s.has('deadlineSeconds') ? '롤아웃이 기한을 넘겼습니다' : '롤아웃이 움직이지 않습니다',
    sentences(
      `파드 ${s.number('desired')}개 중 ${s.number('ready')}개 준비, ${s.number('updated')}개 갱신.`,
      s.has('deadlineSeconds') && `기한: ${s.duration('deadlineSeconds')}.`,
      s.has('sinceSeconds') && `${since(s)}멈춰 있습니다.`,
    ),
    '나아지지 않으면 되돌리기',
  ],
  'service-without-endpoints': (s) => [
    '서비스에 엔드포인트가 없습니다',
    s.text('why') === 'nothing'
      ? `셀렉터에 맞는 파드가 없습니다: ${s.text('selector')}.${s.has('nearest') ? ` 가장 가까운 파드: ${s.text('nearestOf')}, ${s.text('nearest')}.` : ''}`
      : `셀렉터에 맞는 파드 ${s.number('pods')}개가 모두 준비되지 않았습니다: ${s.text('selector')}.`,
    s.text('why') === 'nothing' ? '셀렉터나 레이블 고치기' : '준비되지 않은 이유 확인',
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

/** Korean, of clusters. */
export const clusterKorean: Readonly<Record<string, (s: Say) => Advice>> = Object.fromEntries(
  Object.entries(words).map(([rule, of]) => [rule, (s: Say) => advice(rule, s, of(s))]),
)

function advice(rule: string, s: Say, [what, known, action]: ReturnType<Words>): Advice {
  const evidence = known || '이유를 알 수 없습니다.'
  const title = s.name === '' || (s.value('nodes') > 1 && rule === 'kubelet-refuses') ? what : `${s.name}: ${what}`
  const command = clusterCommand(rule, s)
  return command === '' ? { title, evidence, action } : { title, evidence, action: `${action}: ${command}`, command }
}
