import { nearestObjects } from './nearest.ts'
import { reason, type Reason } from './reason.ts'
import type { MetaRecord } from './records.ts'
import { formatLabelSelector, matchesLabels, type LabelRequirement } from '#lib/kube'

/** A selector that selects nothing, with what it would select after a small change. */
export function noMatch(
  kind: string,
  selector: readonly LabelRequirement[],
  namespaces: readonly string[] | undefined,
  objects: readonly MetaRecord[],
): Reason {
  const near = objects.filter((object) => isIn(object, namespaces))
  const elsewhere = objects.filter((object) => !isIn(object, namespaces) && matchesLabels(selector, object.labels))
  const facts = {
    kind,
    selector: formatLabelSelector(selector),
    namespaces: namespaces ?? [],
    candidates: near.length,
  }
  return reason('selector-no-match', facts, [
    ...elsewhere
      .slice(0, 3)
      .map(({ namespace, name }) => ({ id: 'select-namespace', facts: { namespace, name } }) as const),
    ...nearestObjects(selector, near),
  ])
}

/** True for an object of these namespaces. */
export function isIn({ namespace }: MetaRecord, namespaces: readonly string[] | undefined): boolean {
  return !namespaces || namespaces.includes(namespace)
}
