import { Document, type YAMLSeq } from 'yaml'
import type { RelabelConfig } from './config.ts'

/** A rule as YAML, as Prometheus shows it: what has its default is shown as well, except a pattern that was not given. */
export function relabelYaml(config: RelabelConfig): string {
  const { source_labels, separator, regex, modulus, target_label, replacement, action } = config
  const document = new Document({
    ...(source_labels.length > 0 && { source_labels: [...source_labels] }),
    separator,
    ...(regex !== undefined && { regex }),
    ...(modulus > 0 && { modulus }),
    ...(target_label !== '' && { target_label }),
    replacement,
    action,
  })
  const sources = document.get('source_labels') as YAMLSeq | undefined
  if (sources) sources.flow = true
  return document.toString({ flowCollectionPadding: false, lineWidth: 0 })
}
