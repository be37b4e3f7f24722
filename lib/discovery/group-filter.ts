import type { MetaRecord } from './records.ts'
import { matchesLabels, type LabelRequirement } from '#lib/kube'

/**
 * Which objects a pool can use at all. Its rules would drop the others anyway: that they are not even told saves their
 * labels. For slices and endpoints the service is looked at. Plain data.
 */
export interface GroupFilter {
  readonly labels?: readonly LabelRequirement[]
  /** At least one of these annotations is there. */
  readonly annotations?: readonly string[]
}

/** True where a pool can use what is found at this object; an object that is not known has no labels. */
export function accepts({ labels = [], annotations }: GroupFilter, record: MetaRecord | undefined): boolean {
  if (!matchesLabels(labels, record?.labels)) return false
  return annotations === undefined || annotations.some((name) => Object.hasOwn(record?.annotations ?? {}, name))
}
