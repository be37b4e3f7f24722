import type { LineWriter, ResourceFamilies } from '../family.ts'
import type { Condition } from './conditions.ts'
import { alpha, annotations, created, labels, stable } from './families.ts'
import { objects, text } from './fields.ts'
import type { Stored } from './object.ts'

interface CertificateSigningRequest extends Stored {
  readonly spec?: { readonly signerName?: string }
  readonly status?: { readonly certificate?: string; readonly conditions?: readonly Condition[] }
}

const CONDITION = ['condition']

/** Certificate signing requests. */
export const certificateSigningRequests: ResourceFamilies<CertificateSigningRequest> = {
  resource: 'certificatesigningrequests',
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  namespaced: false,
  baseNames: ['certificatesigningrequest', 'signer_name'],
  base: ({ metadata, spec }) => [text(metadata?.name), text(spec?.signerName)],
  families: [
    annotations(alpha, 'kube_certificatesigningrequest_annotations'),
    labels(stable, 'kube_certificatesigningrequest_labels'),
    created(stable, 'kube_certificatesigningrequest_created'),
    stable(
      'kube_certificatesigningrequest_condition',
      'The number of each certificatesigningrequest condition',
      conditionCounts,
    ),
    stable('kube_certificatesigningrequest_cert_length', 'Length of the issued cert', ({ status }, out) =>
      out.value(bytesInBase64(text(status?.certificate))),
    ),
  ],
}

function conditionCounts({ status }: CertificateSigningRequest, out: LineWriter): void {
  const conditions = objects(status?.conditions)
  const countOf = (type: string) => conditions.filter((condition) => condition.type === type).length
  out.labelled(CONDITION, ['approved'], countOf('Approved'))
  out.labelled(CONDITION, ['denied'], countOf('Denied'))
  out.labelled(CONDITION, ['failed'], countOf('Failed'))
}

function bytesInBase64(encoded: string): number {
  return Buffer.byteLength(encoded.replaceAll(/[\r\n]/g, ''), 'base64')
}
