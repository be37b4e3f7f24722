import type { SaidFacts } from './en-resources.ts'
import type { TargetWords } from './en-targets.ts'

const rule = (f: SaidFacts) => String(Number(f['rule'] ?? 0) + 1)
const object = (f: SaidFacts) => [f['namespace'], f['name']].filter(Boolean).join('/')
const place = (f: SaidFacts) => `${f['source'] === 'configmap' ? 'ConfigMap' : 'Secret'} ${object(f)}`
const within = (f: SaidFacts) => (f['namespaces'] ? `네임스페이스 ${f['namespaces']}` : '모든 네임스페이스')
const condition = (f: SaidFacts) => `${f['sourceLabels'] ?? ''} = ${f['regex'] || f['targetLabel'] || ''}`
const ruleWords = (f: SaidFacts) =>
  f['action'] === 'drop' || f['action'] === 'dropequal'
    ? `다음에 해당하면 제외합니다: ${condition(f)}`
    : `다음에 해당하는 것만 남깁니다: ${condition(f)}`

/** What the pages of targets and monitors say, in Korean. No particle directly follows a name that the user chose. */
export const targetsKo: TargetWords = {
  tabs: { dropped: '발견했지만 수집하지 않음', monitors: '모니터' },
  optional: '기본으로 시도',
  optionalHint: '대부분의 클러스터에 있어 시도해 봅니다. 닿지 못해도 그 자체로는 문제가 아닙니다.',
  notReached: (count) => `기본 대상 중 ${count}개에 닿지 못함`,
  silent: (count) => `수집 대상으로 이어지지 않는 오브젝트 ${count}개`,
  show: '보기',
  hide: '접기',
  endpoint: (number) => `엔드포인트 ${number}`,
  pools: {
    node: '이 머신',
    cadvisor: '이 머신의 컨테이너',
    binnacle: 'Binnacle 자체',
    'kube-state-metrics': '자체 수집한 오브젝트 상태',
    'kubernetes-pods': '애너테이션이 있는 파드',
    'kubernetes-pods-slow': '애너테이션이 있는 파드, 느린 주기',
    'kubernetes-service-endpoints': '애너테이션이 있는 서비스',
    'kubernetes-service-endpoints-slow': '애너테이션이 있는 서비스, 느린 주기',
    kubelet: '큐블릿(kubelet)',
    'kubelet-cadvisor': '큐블릿, 컨테이너',
    'kubelet-probes': '큐블릿, 프로브',
    'kubelet-resource': '큐블릿, 리소스',
    apiserver: 'API 서버',
    coredns: 'CoreDNS(클러스터 DNS)',
    'kube-scheduler': '스케줄러',
    'kube-controller-manager': '컨트롤러 매니저',
    'kube-etcd': 'etcd 저장소',
    'kube-proxy': 'kube-proxy(네트워크 프록시)',
    'metrics-api': 'metrics.k8s.io(메트릭 API)',
  },
  dropped: {
    none: '수집하지 않는 대상이 없습니다',
    noneWhy: '발견한 대상은 모두 수집합니다. 대상으로 이어지지 않는 오브젝트는 모니터 페이지에 있습니다.',
    onlyHidden: '수집을 요청한 것은 모두 수집합니다',
    hidden: (count) => `아무도 수집을 요청하지 않은 ${count}개는 숨겼습니다.`,
    showHidden: '숨긴 것도 보기',
    hideAgain: '요청하지 않은 것 숨기기',
    found: (count) => `${count}개 발견`,
    more: (count) => `그 외 ${count}개`,
    notListed: (count) => `${count}개는 세기만 하고 나열하지 않았습니다.`,
    labels: '발견 당시의 레이블',
  },
  reasons: {
    'relabelled-away': (f) => `재레이블 규칙 ${rule(f)}: ${ruleWords(f)}`,
    'no-address': () => '아직 주소가 없습니다.',
    'invalid-address': (f) => `호스트와 포트로 된 주소가 아닙니다: ${f['address'] ?? ''}`,
    'invalid-scheme': (f) => `스킴은 http 또는 https여야 합니다. 현재: ${f['scheme'] ?? ''}`,
    'invalid-interval': (f) => `올바른 수집 주기가 아닙니다: ${f['interval'] ?? ''}`,
    'invalid-timeout': (f) =>
      `제한 시간이 올바르지 않거나 수집 주기보다 깁니다: ${f['timeout'] ?? ''} (주기 ${f['interval'] ?? ''})`,
    'invalid-label': (f) => `재레이블 결과가 레이블 이름이 될 수 없습니다: ${f['label'] ?? ''}`,
    'forbidden-address': (f) =>
      `거부된 주소입니다: ${f['address'] ?? ''} (${f['kind'] ?? '내부'}). 클러스터의 오브젝트는 이 주소에 접근할 수 없습니다.`,
    'file-refused': (f) => `파일을 가리킵니다: ${f['field'] ?? ''}. 클러스터의 오브젝트는 파일을 읽을 수 없습니다.`,
    duplicate: (f) => `같은 풀에서 이미 수집합니다: ${f['url'] ?? ''}`,
    'already-scraped': (f) => `다른 풀에서 이미 수집합니다: ${f['pool'] ?? ''}, ${f['url'] ?? ''}`,
    'namespace-target-limit': (f) =>
      `네임스페이스 ${f['namespace'] ?? ''}: 수집 대상 한도 ${f['limit'] ?? ''}개에 도달했습니다.`,
    'kubelet-not-tried': (f) => `노드 ${f['node'] ?? ''}: kubelet에 아직 연결해 보지 않았습니다.`,
    'kubelet-certificate': (f) => `노드 ${f['node'] ?? ''}: kubelet의 인증서를 신뢰할 수 없습니다. ${f['text'] ?? ''}`,
    forbidden: (f) => `권한이 없습니다: ${f['right'] ?? ''}`,
    'certificate-not-seen': (f) =>
      `아직 인증서를 확인하지 못했습니다: ${f['address'] ?? ''}. 그 전에는 자격 증명을 보내지 않습니다.`,
    'not-trusted': (f) =>
      `자격 증명을 보내지 않습니다: ${f['address'] ?? ''}. 인증서를 신뢰할 수 없습니다(${f['text'] ?? ''}).`,
    'no-answer': (f) => `여기에서 연결할 수 없습니다: ${f['address'] ?? ''}. ${f['text'] ?? ''}`,
    'not-control-plane': (f) =>
      `컨트롤 플레인 노드가 아닌 주소입니다: ${f['address'] ?? ''}. 자격 증명을 보내지 않습니다.`,
    'credential-not-shown': (f) =>
      `인증이 필요한 주소입니다: ${f['address'] ?? ''}. kubeconfig의 토큰은 API 서버에만 보냅니다.`,
    'ours-to-read': (f) =>
      `기본으로 수집하는 주소입니다: ${f['address'] ?? ''}. 클러스터의 오브젝트는 우리 자격 증명을 쓸 수 없습니다.`,
    'unsafe-path': (f) => `파드 밖을 가리킬 수 있는 경로이므로 요청하지 않습니다: ${f['path'] ?? ''}`,
    'one-api-server': (f) =>
      `API 서버 전체를 대신하는 주소가 따로 있습니다: ${f['address'] ?? ''}. 같은 값을 두 번 읽지 않습니다.`,
    'secret-forbidden': (f) =>
      `필요한 것: ${place(f)}. 그 네임스페이스의 권한이 없습니다(${f['right'] ?? ''}). 권한을 주는 Role: ${f['role'] ?? ''}`,
    'secret-missing': (f) => `필요한 것이 없습니다: ${place(f)}, 키 ${f['key'] ?? ''}`,
    'secret-unread': (f) => `필요한 것을 읽지 못했습니다: ${place(f)}. ${f['text'] ?? ''}`,
    other: (f) => `제외되었습니다: ${f['id'] ?? ''}`,
  },
  saw: (value) => `확인한 값: “${value}”`,
  monitors: {
    none: '수집을 요청하는 오브젝트가 없습니다',
    noneWhy:
      '클러스터에 있는 ServiceMonitor, PodMonitor, Probe, ScrapeConfig 오브젝트와 다음 애너테이션이 있는 파드와 서비스를 자동으로 수집합니다:',
    noneIn: (namespaces) => `수집을 요청하는 오브젝트가 없습니다 (${namespaces}).`,
    noCluster: '지켜보는 클러스터가 없습니다',
    noClusterWhy: '모니터는 클러스터의 오브젝트입니다.',
    all: (count) => `오브젝트 ${count}개`,
    targets: (count) => (count === 0 ? '대상 없음' : `대상 ${count}개`),
    dropped: (count) => `제외 ${count}개`,
    nearest: '가장 가까운 방법',
    annotated: (kind) => `애너테이션이 있는 ${kind}`,
    onlySilent: '대상이 없는 것만',
    allWell: '모든 오브젝트가 수집 대상으로 이어집니다',
    showAll: '모두 보기',
    reasons: {
      malformed: (f) => `형식이 맞지 않습니다: ${f['field'] ?? ''}. 기대한 값: ${f['expected'] ?? ''}`,
      'too-large': (f) => `한도 ${f['limit'] ?? ''}보다 큽니다: ${f['field'] ?? ''}`,
      invalid: (f) => `올바르지 않습니다: ${[f['field'], f['text']].filter(Boolean).join(', ')}`,
      'file-refused': (f) =>
        `파일을 가리킵니다: ${f['field'] ?? ''}. 클러스터의 오브젝트를 위해 모니터링 쪽 파일을 읽지 않습니다.`,
      unsupported: (f) => `지원하지 않아 제외했습니다: ${f['field'] ?? ''}`,
      refused: (f) => `거부되었습니다: ${f['field'] ?? ''}, ${f['why'] ?? ''}`,
      'secret-forbidden': (f) =>
        `네임스페이스 ${f['namespace'] ?? ''}: 권한이 없습니다(${f['right'] ?? ''}). 필요한 것: ${place(f)}`,
      'secret-missing': (f) => `키가 없거나 오브젝트가 없습니다: ${place(f)}, 키 ${f['key'] ?? ''}`,
      'secret-unread': (f) => `읽지 못했습니다: ${place(f)}. ${f['text'] ?? ''}`,
      'no-endpoints': (f) => `수집할 것을 하나도 지정하지 않았습니다: ${f['field'] ?? ''}`,
      'namespace-not-selected': (f) => `이 종류의 오브젝트를 가져오지 않는 네임스페이스입니다: ${f['namespace'] ?? ''}`,
      'cannot-list': (f) => `목록을 읽을 수 없습니다: ${f['resource'] ?? ''}, ${f['reason'] ?? ''}`,
      'selector-no-match': (f) =>
        `선택되는 것이 없습니다: ${f['kind'] ?? ''}, ${within(f)}, ${f['selector'] || '빈 선택자'}`,
      'no-such-port': (f) =>
        f['ports']
          ? `요청한 포트가 없습니다: ${f['port'] ?? ''}. ${f['kind'] ?? ''}의 포트: ${f['ports']}`
          : `요청한 포트가 없습니다: ${f['port'] ?? ''}. ${f['kind'] ?? ''}에는 포트가 없습니다.`,
      'service-no-endpoints': (f) =>
        f['selector']
          ? `서비스 ${f['service'] ?? ''}: 엔드포인트가 없습니다. 일치하는 파드 없음: ${f['selector']}`
          : `서비스 ${f['service'] ?? ''}: 엔드포인트가 없습니다.`,
      'no-ready-address': (f) =>
        `서비스 ${f['service'] ?? ''}: 일치하는 파드가 ${f['pods'] ?? ''}개 있지만 아직 엔드포인트가 없습니다.`,
      'pods-not-running': (f) => `파드가 실행 중이 아닙니다(${f['phases'] || '상태 없음'}).`,
      'no-pod-address': () => '파드에 아직 주소가 없습니다.',
      'not-yet': () => '아직 발견된 것이 없으며, 오브젝트에는 문제가 없습니다.',
      dropped: (f) => `발견했으나 제외: ${f['targets'] ?? ''}개`,
      other: (f) => f['id'] ?? '설명이 없는 이유입니다.',
    },
    proposals: {
      'use-port': (f) => `있는 포트: ${f['port'] ?? ''}`,
      'use-port-number': (f) => `이렇게 쓰세요: ${f['field'] ?? 'port'}: ${f['port'] ?? ''}`,
      'change-label': (f) => `${object(f)}: 현재 ${f['label'] ?? ''}=${f['has'] ?? ''}, 일치하려면 ${f['wants'] ?? ''}`,
      'add-label': (f) => `${object(f)}: 다음 레이블이 있으면 일치합니다. ${f['wants'] ?? ''}`,
      'remove-label': (f) => `${object(f)}: 다음 레이블이 없으면 일치합니다. ${f['label'] ?? ''}=${f['has'] ?? ''}`,
      'select-namespace': (f) =>
        f['name']
          ? `${object(f)}: 일치하지만 그 네임스페이스가 선택되지 않았습니다.`
          : `가져올 네임스페이스에 추가하세요: ${f['namespace'] ?? ''}`,
      'add-role': (f) => `Role을 만드세요: ${f['role'] ?? ''}, 네임스페이스 ${f['namespace'] ?? ''}`,
      'use-secret': (f) => `내용을 Secret에 넣고 여기에 지정하세요: ${f['field'] ?? ''}`,
      'drop-rule': (f) => `재레이블 규칙 ${rule(f)}번을 바꾸거나 지우세요.`,
      'fix-service-selector': (f) =>
        `파드 ${object(f)}: 현재 ${f['label'] ?? ''}=${f['has'] ?? ''}, 서비스가 찾는 것은 ${f['wants'] ?? ''}`,
      other: (f) => f['id'] ?? '설명이 없는 제안입니다.',
    },
  },
}
