import type { LineWriter, ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels, timeLine } from './families.ts'
import { objects, optionalFlag, text } from './fields.ts'
import { namespaceNameAndUid, type Stored } from './object.ts'

interface ServiceAccount extends Stored {
  readonly automountServiceAccountToken?: boolean
  readonly secrets?: References
  readonly imagePullSecrets?: References
}

type References = readonly { readonly name?: string }[]

const AUTOMOUNT = ['automount_token']
const NAME = ['name']

/** Service accounts. */
export const serviceAccounts: ResourceFamilies<ServiceAccount> = {
  resource: 'serviceaccounts',
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  namespaced: true,
  baseNames: ['namespace', 'serviceaccount', 'uid'],
  base: namespaceNameAndUid,
  families: [
    alpha('kube_serviceaccount_info', 'Information about a service account', (account, out) =>
      out.labelled(AUTOMOUNT, [optionalFlag(account.automountServiceAccountToken)], 1),
    ),
    created(alpha, 'kube_serviceaccount_created'),
    alpha('kube_serviceaccount_deleted', 'Unix deletion timestamp', ({ metadata }, out) =>
      timeLine(metadata?.deletionTimestamp, out),
    ),
    alpha('kube_serviceaccount_secret', 'Secret being referenced by a service account', ({ secrets }, out) =>
      nameLines(secrets, out),
    ),
    alpha(
      'kube_serviceaccount_image_pull_secret',
      'Secret being referenced by a service account for the purpose of pulling images',
      ({ imagePullSecrets }, out) => nameLines(imagePullSecrets, out),
    ),
    annotations(alpha, 'kube_serviceaccount_annotations'),
    labels(alpha, 'kube_serviceaccount_labels'),
  ],
}

function nameLines(references: References | undefined, out: LineWriter): void {
  for (const { name } of objects(references)) out.labelled(NAME, [text(name)], 1)
}
