import type { ResourceFamilies } from '../family.ts'
import { type Condition, conditionLines } from './conditions.ts'
import { alpha, annotations, created, labels, stable } from './families.ts'
import { nameOf, type Stored } from './object.ts'

interface Namespace extends Stored {
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] }
}

const PHASE = ['phase']
const ACTIVE = ['Active']
const TERMINATING = ['Terminating']

/** Namespaces. */
export const namespaces: ResourceFamilies<Namespace> = {
  resource: 'namespaces',
  group: '',
  version: 'v1',
  kind: 'Namespace',
  namespaced: false,
  baseNames: ['namespace'],
  base: nameOf,
  families: [
    created(stable, 'kube_namespace_created'),
    annotations(alpha, 'kube_namespace_annotations'),
    labels(stable, 'kube_namespace_labels'),
    stable('kube_namespace_status_phase', 'kubernetes namespace status phase.', ({ status }, out) => {
      out.labelled(PHASE, ACTIVE, status?.phase === 'Active' ? 1 : 0)
      out.labelled(PHASE, TERMINATING, status?.phase === 'Terminating' ? 1 : 0)
    }),
    alpha('kube_namespace_status_condition', 'The condition of a namespace.', ({ status }, out) =>
      conditionLines(status?.conditions, out),
    ),
  ],
}
