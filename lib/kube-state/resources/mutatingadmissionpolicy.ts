import type { ResourceFamilies } from '../family.ts'
import { alpha, created } from './families.ts'
import { text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'

interface MutatingAdmissionPolicy extends Stored {
  readonly spec?: {
    readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string }
    readonly failurePolicy?: string
    readonly reinvocationPolicy?: string
  }
}

const INFO = ['param_api_version', 'param_kind', 'failure_policy', 'reinvocation_policy']

/** Mutating admission policies. */
export const mutatingAdmissionPolicies: ResourceFamilies<MutatingAdmissionPolicy> = {
  resource: 'mutatingadmissionpolicies',
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicy',
  namespaced: false,
  baseNames: ['namespace', 'mutatingadmissionpolicy'],
  base: namespaceAndName,
  families: [
    alpha('kube_mutatingadmissionpolicy_info', 'Information about the MutatingAdmissionPolicy.', ({ spec }, out) => {
      const parameter = [text(spec?.paramKind?.apiVersion), text(spec?.paramKind?.kind)]
      out.labelled(INFO, [...parameter, text(spec?.failurePolicy), text(spec?.reinvocationPolicy)], 1)
    }),
    created(alpha, 'kube_mutatingadmissionpolicy_created', 'Unix creation timestamp.'),
  ],
}
