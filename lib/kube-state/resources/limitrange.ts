import type { LineWriter, ResourceFamilies } from '../family.ts'
import { created, stable } from './families.ts'
import { mapOf, objects, text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { units } from './quantity.ts'

interface LimitRange extends Stored {
  readonly spec?: { readonly limits?: readonly Limit[] }
}

type Limit = { readonly type?: string } & {
  readonly [constraint in (typeof CONSTRAINTS)[number]]?: Readonly<Record<string, unknown>>
}

/** Fields of a limit, which are the values of the label too. */
const CONSTRAINTS = ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

const LIMIT = ['resource', 'type', 'constraint']

/** Limit ranges. */
export const limitRanges: ResourceFamilies<LimitRange> = {
  resource: 'limitranges',
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  namespaced: true,
  baseNames: ['namespace', 'limitrange'],
  base: namespaceAndName,
  families: [
    stable('kube_limitrange', 'Information about limit range.', ({ spec }, out) => {
      for (const limit of objects(spec?.limits)) {
        for (const constraint of CONSTRAINTS) quantityLines(limit, constraint, out)
      }
    }),
    created(stable, 'kube_limitrange_created'),
  ],
}

function quantityLines(limit: Limit, constraint: (typeof CONSTRAINTS)[number], out: LineWriter): void {
  for (const [resource, quantity] of Object.entries(mapOf(limit[constraint]))) {
    const value = units(quantity)
    if (!Number.isNaN(value)) out.labelled(LIMIT, [resource, text(limit.type), constraint], value)
  }
}
