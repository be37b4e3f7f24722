import type { LineWriter, ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels, stable } from './families.ts'
import { mapOf } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { units } from './quantity.ts'

interface ResourceQuota extends Stored {
  readonly status?: { readonly hard?: Quantities; readonly used?: Quantities }
}

type Quantities = Readonly<Record<string, unknown>>

const QUOTA = ['resource', 'type']

/** Resource quotas. */
export const resourceQuotas: ResourceFamilies<ResourceQuota> = {
  resource: 'resourcequotas',
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  namespaced: true,
  baseNames: ['namespace', 'resourcequota'],
  base: namespaceAndName,
  families: [
    created(stable, 'kube_resourcequota_created'),
    stable('kube_resourcequota', 'Information about resource quota.', ({ status }, out) => {
      quantityLines(status?.hard, 'hard', out)
      quantityLines(status?.used, 'used', out)
    }),
    annotations(alpha, 'kube_resourcequota_annotations'),
    labels(stable, 'kube_resourcequota_labels'),
  ],
}

function quantityLines(quantities: Quantities | undefined, type: string, out: LineWriter): void {
  for (const [resource, quantity] of Object.entries(mapOf(quantities))) {
    const value = units(quantity)
    if (!Number.isNaN(value)) out.labelled(QUOTA, [resource, type], value)
  }
}
