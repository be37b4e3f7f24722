import type { LineWriter, ResourceFamilies } from '../family.ts'
import { alpha } from './families.ts'
import { objects, text } from './fields.ts'
import { nameOf, type Stored } from './object.ts'
import { timeOf } from './times.ts'

interface Lease extends Stored {
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string }
}

const OWNER = ['owner_kind', 'owner_name', 'namespace', 'lease_holder']
const NAMESPACE = ['namespace']

/** Leases. */
export const leases: ResourceFamilies<Lease> = {
  resource: 'leases',
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  namespaced: true,
  baseNames: ['lease'],
  base: nameOf,
  families: [
    alpha('kube_lease_owner', "Information about the Lease's owner.", ownerLines),
    alpha('kube_lease_renew_time', 'Kube lease renew time.', ({ metadata, spec }, out) => {
      const renewed = timeOf(spec?.renewTime)
      if (renewed !== undefined) out.labelled(NAMESPACE, [text(metadata?.namespace)], renewed)
    }),
  ],
}

function ownerLines({ metadata, spec }: Lease, out: LineWriter): void {
  const namespace = text(metadata?.namespace)
  const holder = text(spec?.holderIdentity)
  const owners = objects(metadata?.ownerReferences)
  if (owners.length === 0) out.labelled(OWNER, ['', '', namespace, holder], 1)
  for (const { kind, name } of owners) out.labelled(OWNER, [text(kind), text(name), namespace, holder], 1)
}
