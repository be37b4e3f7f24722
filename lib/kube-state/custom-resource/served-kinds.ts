import type { CustomResourceConfig } from './config.ts'
import type { ServedKind } from './custom-resource.ts'
import { isRecord } from './go-text.ts'

/** The kinds of a CustomResourceDefinition, one for each version that is served. What cannot be read is left out. */
export function servedKinds(definition: unknown): ServedKind[] {
  const spec = isRecord(definition) && isRecord(definition.spec) ? definition.spec : {}
  const names = isRecord(spec.names) ? spec.names : {}
  const { group } = spec
  const { kind, plural } = names
  if (typeof group !== 'string' || typeof kind !== 'string' || typeof plural !== 'string') return []
  if (!Array.isArray(spec.versions)) return []
  const kinds: ServedKind[] = []
  for (const version of spec.versions as unknown[]) {
    if (!isRecord(version) || typeof version.name !== 'string' || (version.served ?? true) !== true) continue
    kinds.push({ group, version: version.name, kind, plural, namespaced: spec.scope !== 'Cluster' })
  }
  return kinds
}

/** The kinds that a configuration means: `*` or nothing stands for every version and every kind of its group. */
export function matchingKinds(
  { groupVersionKind: wanted }: CustomResourceConfig,
  served: Iterable<ServedKind>,
): ServedKind[] {
  return [...served].filter(
    ({ group, version, kind }) =>
      group === wanted.group && isMeant(wanted.version, version) && isMeant(wanted.kind, kind),
  )
}

function isMeant(wanted: string | undefined, actual: string): boolean {
  return wanted === undefined || wanted === '' || wanted === '*' || wanted === actual
}
