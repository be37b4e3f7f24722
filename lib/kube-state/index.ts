export { type Answer, answerOf } from './answer.ts'
export type { Family, LineWriter, ResourceFamilies } from './family.ts'
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
export { isAttachableVolume, isExtended, isHugePages } from './resources/resource-name.ts'
export { fnv1a64, shardOf } from './sharding.ts'
export type { CustomResourceConfig, EachConfig } from './custom-resource/config.ts'
export { loadCustomResources, loadOptionsFile } from './load-files.ts'
export {
  addDefaultLabels,
  compileCustomResource,
  customMetricName,
  type ServedKind,
} from './custom-resource/custom-resource.ts'
export { compileEach, type EachValues } from './custom-resource/each.ts'
export { addPathLabels, compilePath, compilePaths } from './custom-resource/value-path.ts'
export { type AnswerOptions, KubeState, type ObjectSource, type Tell } from './kube-state.ts'
export { chosenResources, defaultSettings, type KubeStateSettings } from './settings.ts'
export type { OptionsFile } from './options-file.ts'
