export { type Answer, answerOf } from './answer.ts'
export type { Family, LineWriter, ResourceFamilies } from './family.ts'
export { type KubeStateFlag, kubeStateFlags } from './flags.ts'
export { familyHead } from './head.ts'
export { allowedLabels, expandWildcard, type LabelColumns, toPrometheusLabels } from './label-rules.ts'
export type { AllowLists } from './line-writer.ts'
export {
  type AllowListByResource,
  chosenNamespaces,
  deniedNamespaceSelector,
  mergeSelectors,
  nodeSelector,
  OptionError,
  parseAllowList,
  parseList,
  parseNames,
} from './option-values.ts'
export { kubeStateResources } from './registry.ts'
export { RenderedStore, type StoredKey } from './rendered-store.ts'
export { isAttachableVolumeResourceName, isExtendedResourceName, isHugePageResourceName } from './resource-name.ts'
export { fnv1a64, shardOf } from './sharding.ts'
