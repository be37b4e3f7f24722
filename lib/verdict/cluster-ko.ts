import { rootWordsKorean } from './cluster-root-ko.ts'
import { withCommands } from './cluster-words.ts'
import { podWordsKorean } from './pods-ko.ts'
import { workloadWordsKorean } from './workloads-ko.ts'

import type { ClusterWords } from './cluster-words.ts'

/** No particle directly follows a name: it stands before what is wrong, with a colon. */
const named: ClusterWords = Object.fromEntries(
  Object.entries({ ...rootWordsKorean, ...workloadWordsKorean, ...podWordsKorean }).map(([rule, of]) => [
    rule,
    (s) => {
      const [what, evidence, action] = of(s)
      // Of many kubelets none has a name.
      return [
        s.name === '' || (s.value('nodes') > 1 && rule === 'kubelet-refuses') ? what : `${s.name}: ${what}`,
        evidence,
        action,
      ]
    },
  ]),
)

/** Korean, of clusters. */
export const clusterKorean = withCommands(named, '이유를 알 수 없습니다.')
