import { rootWordsEnglish } from './cluster-root-en.ts'
import { withCommands } from './cluster-words.ts'
import { podWordsEnglish } from './pods-en.ts'
import { workloadWordsEnglish } from './workloads-en.ts'

/** English, of clusters. */
export const clusterEnglish = withCommands(
  { ...rootWordsEnglish, ...workloadWordsEnglish, ...podWordsEnglish },
  'Why is not told.',
)
