import { clusterProblemRules } from '#lib/cluster'

import { clusterRuleIds } from './cluster-rules.ts'
import { containerRules } from './container-rules.ts'
import { machineRules } from './machine-rules.ts'

/** The ids of all rules that may be found: what each catalogue must have a sentence for. */
export const ruleIds: readonly string[] = [
  ...[...machineRules, ...containerRules].map((rule) => rule.id),
  'container-oom-killed',
  'container-restarting',
  'container-exited',
  ...clusterRuleIds,
  ...clusterProblemRules,
]
