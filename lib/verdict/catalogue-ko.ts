import { english } from './catalogue-en.ts'
import { clusterKorean } from './cluster-ko.ts'

import type { Advice, Catalogue, Say } from './words.ts'

/** Korean. No particle directly follows a name: it stands before a colon. */
export const korean: Catalogue = {
  language: 'ko',
  more: (count) => `그 밖에 ${count}개`,
  verdicts: {
    'all-fine': () => '모두 정상입니다. 보이는 문제가 없습니다.',
    'no-data': () => '아직 측정한 값이 없습니다. 30초 안에 첫 값이 나타납니다.',
    watch: (s) => `고장은 없습니다. 지켜볼 항목이 ${s.number('warnings')}개 있습니다.`,
    'needs-attention': (s) =>
      s.value('warnings') === 0
        ? `지금 처리할 문제가 ${s.number('critical')}개 있습니다. 나머지는 모두 정상입니다.`
        : `지금 처리할 문제가 ${s.number('critical')}개, 지켜볼 항목이 ${s.number('warnings')}개 있습니다.`,
  },
  rules: {
    'cpu-saturated': (s) =>
      say(
        s,
        'CPU 사용률이 높습니다',
        `최근 5분 동안 코어 ${s.number('cores')}개의 ${s.percent('busyPercent')}를 썼습니다.`,
        'CPU를 쓰는 프로세스 보기',
        'cpu-saturated',
      ),
    'load-high': (s) =>
      say(
        s,
        '실행을 기다리는 작업이 많습니다',
        `5분 부하가 코어당 ${s.number('loadPerCore', 1)}입니다. 1을 넘으면 작업이 기다립니다.`,
        '실행 중이거나 디스크를 기다리는 작업 보기',
        'load-high',
      ),
    'memory-low': (s) =>
      say(
        s,
        '메모리가 거의 없습니다',
        `${s.bytes('totalBytes')} 중 ${s.bytes('availableBytes')} 남음 (${s.percent('availablePercent')}).`,
        '메모리를 쓰는 프로세스 보기',
        'memory-low',
      ),
    'swap-thrash': (s) =>
      say(
        s,
        '스왑이 계속 일어납니다',
        `초당 ${s.number('pagesPerSecond')}페이지를 스왑합니다.`,
        '메모리가 부족합니다. 쓰는 프로세스 보기: ps aux --sort=-rss | head',
      ),
    'disk-nearly-full': (s) =>
      say(
        s,
        '파일 시스템이 거의 찼습니다',
        `${s.percent('usedPercent')} 사용, ${s.bytes('availableBytes')} 남음.`,
        '큰 폴더 찾기',
        'disk-nearly-full',
      ),
    'disk-will-be-full': (s) =>
      say(
        s,
        '파일 시스템이 차고 있습니다',
        `최근 속도라면 ${s.number('days', 1)}일 안에 가득 찹니다.`,
        '커지는 파일 찾기',
        'disk-will-be-full',
      ),
    'disk-busy': (s) =>
      say(
        s,
        '디스크가 바쁩니다',
        `최근 5분의 ${s.percent('busyPercent')} 동안 일했습니다.`,
        '읽고 쓰는 프로세스 보기',
        'disk-busy',
      ),
    'network-drops': (s) =>
      say(
        s,
        '패킷을 버리고 있습니다',
        `최근 5분 동안 초당 ${s.number('packetsPerSecond')}개를 버렸습니다.`,
        '수신 링을 늘리고 원인 보기: ip -s -s link, ethtool -G <interface> rx 4096',
      ),
    'network-errors': (s) =>
      say(
        s,
        '전송 오류가 있습니다',
        `최근 5분 동안 초당 ${s.number('errorsPerSecond', 1)}개.`,
        '케이블, 포트, 이중 모드 확인',
        'network-errors',
      ),
    'memory-stalled': (s) =>
      say(
        s,
        '작업이 메모리를 기다립니다',
        `최근 5분의 ${s.percent('waitingPercent')} 동안 기다렸습니다.`,
        '메모리를 쓰는 프로세스 보기',
        'memory-stalled',
      ),
    'io-stalled': (s) =>
      say(
        s,
        '작업이 디스크를 기다립니다',
        `최근 5분의 ${s.percent('waitingPercent')} 동안 기다렸습니다.`,
        '읽고 쓰는 프로세스 보기',
        'io-stalled',
      ),
    'file-descriptors': (s) =>
      say(
        s,
        '파일 디스크립터가 부족합니다',
        `${s.percent('usedPercent')}가 열려 있습니다.`,
        '한도 올리기',
        'file-descriptors',
      ),
    'conntrack-full': (s) =>
      say(
        s,
        '연결 추적 표가 거의 찼습니다',
        `${s.percent('usedPercent')} 사용. 가득 차면 새 연결이 버려집니다.`,
        '한도 올리기',
        'conntrack-full',
      ),
    'target-down': (s) =>
      say(
        s,
        '스크레이프할 수 없습니다',
        s.value('down') > 1
          ? `이 작업의 대상 ${s.number('down')}개에서 마지막 스크레이프가 실패했습니다.`
          : `마지막 스크레이프가 실패했습니다. 작업: ${s.text('job')}`,
        '상태의 대상 목록에서 이유를 확인하십시오.',
      ),
    'samples-rejected': (s) =>
      say(
        s,
        '샘플이 거부되었습니다',
        `5분 동안 ${s.number('samples')}개. 이유: ${s.text('reason')}`,
        '상태의 대상 목록에서 보낸 대상을 확인하십시오.',
      ),
    'container-memory-near-limit': (s) =>
      say(
        s,
        '메모리가 한도에 가깝습니다',
        `${s.bytes('limitBytes')} 중 ${s.bytes('usedBytes')} (${s.percent('usedPercent')}).`,
        '누수가 아니라면 한도 올리기',
        'container-memory-near-limit',
      ),
    'container-cpu-throttled': (s) =>
      say(
        s,
        'CPU 한도에 막혀 있습니다',
        `최근 5분 동안 주기의 ${s.percent('throttledPercent')}에서 제한되었습니다. 한도: 코어 ${s.number('limitCores', 2)}개.`,
        '한도 올리기',
        'container-cpu-throttled',
      ),
    'container-oom-killed': (s) =>
      say(
        s,
        '메모리 때문에 강제 종료되었습니다',
        s.value('limitBytes') === 0 ? '기계에 남은 메모리가 없었습니다.' : `한도: ${s.bytes('limitBytes')}.`,
        s.value('limitBytes') === 0 ? '한도를 주거나 메모리를 비우십시오.' : '누수가 아니라면 한도 올리기',
        s.value('limitBytes') === 0 ? undefined : 'container-oom-killed',
      ),
    'container-restarting': (s) =>
      say(
        s,
        '계속 다시 시작됩니다',
        `${s.number('restarts')}번 다시 시작. 마지막 종료 코드 ${s.text('exitCode')}.`,
        '마지막 로그 읽기',
        'container-restarting',
      ),
    'container-exited': (s) =>
      say(s, '오류로 멈췄습니다', `종료 코드 ${s.text('exitCode')}.`, '마지막 로그 읽기', 'container-exited'),
    ...clusterKorean,
  },
}

/** The command is the same in every language: it is what follows the first colon of the English advice. */
function say(s: Say, what: string, evidence: string, action: string, commandOf?: string): Advice {
  const title = s.name === '' ? `${what}.` : `${s.name}: ${what}`
  if (commandOf === undefined) return { title, evidence, action }
  const advice = english.rules[commandOf](s).action
  return { title, evidence, action: `${action}: ${advice.slice(advice.indexOf(': ') + 2)}` }
}
