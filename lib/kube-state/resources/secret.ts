import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, info, labels, resourceVersion, stable } from './families.ts'
import { text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { ownerLines } from './owners.ts'

/** A secret without its data. */
interface Secret extends Stored {
  readonly type?: string
}

const TYPE = ['type']

/** Secrets, of which nothing but the metadata and the type is read. */
export const secrets: ResourceFamilies<Secret> = {
  resource: 'secrets',
  group: '',
  version: 'v1',
  kind: 'Secret',
  namespaced: true,
  baseNames: ['namespace', 'secret'],
  base: namespaceAndName,
  families: [
    info(stable, 'kube_secret_info', 'Information about secret.'),
    stable('kube_secret_type', 'Type about secret.', ({ type }, out) => out.labelled(TYPE, [text(type)], 1)),
    annotations(alpha, 'kube_secret_annotations'),
    labels(stable, 'kube_secret_labels'),
    created(stable, 'kube_secret_created'),
    resourceVersion(
      'kube_secret_metadata_resource_version',
      'Resource version representing a specific version of secret.',
    ),
    alpha('kube_secret_owner', "Information about the Secret's owner.", ownerLines),
  ],
}
