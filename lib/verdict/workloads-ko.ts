import { quoted, since, exitCode, resource, refused } from './parts-ko.ts'
import { sentences } from './words.ts'

import type { ClusterWords } from './cluster-words.ts'
import type { Say } from './words.ts'

/** Korean, of workloads and Services. */
export const workloadWordsKorean: ClusterWords = {
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
}

const blind: Readonly<Record<string, (s: Say) => string>> = {
  'no-request': (s) =>
    `사용률을 계산할 요청 값이 없습니다. 컨테이너: ${s.text('container')}, 자원: ${resource(s.text('resource'))}.`,
  'no-target': (s) => `대상의 규모를 물을 수 없습니다: “${s.text('message')}”.`,
  'no-samples': () => '파드의 메트릭이 없습니다.',
  selector: (s) => `대상을 구별할 수 없습니다: “${s.text('message')}”.`,
  other: (s) => `“${s.text('message')}”.`,
}
