import type { ResourceFamilies } from '../family.ts'
import { alpha, created } from './families.ts'
import { text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'

interface ValidatingAdmissionPolicy extends Stored {
  readonly spec?: {
    readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string }
    readonly failurePolicy?: string
  }
}

const INFO = ['param_api_version', 'param_kind', 'failure_policy']

/** Validating admission policies. */
export const validatingAdmissionPolicies: ResourceFamilies<ValidatingAdmissionPolicy> = {
  resource: 'validatingadmissionpolicies',
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  namespaced: false,
  baseNames: ['namespace', 'validatingadmissionpolicy'],
  base: namespaceAndName,
  families: [
    alpha(
      'kube_validatingadmissionpolicy_info',
      'Information about the ValidatingAdmissionPolicy.',
      ({ spec }, out) => {
        const parameter = [text(spec?.paramKind?.apiVersion), text(spec?.paramKind?.kind)]
        out.labelled(INFO, [...parameter, text(spec?.failurePolicy)], 1)
      },
    ),
    created(alpha, 'kube_validatingadmissionpolicy_created', 'Unix creation timestamp.'),
  ],
}
