import type { ResourceFamilies } from '../family.ts'
import { type PolicyBinding, policyBindingLine } from './admission-policy-binding.ts'
import { alpha, created } from './families.ts'
import { namespaceAndName } from './object.ts'

/** Where mutating admission policies hold. */
export const mutatingAdmissionPolicyBindings: ResourceFamilies<PolicyBinding> = {
  resource: 'mutatingadmissionpolicybindings',
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  namespaced: false,
  baseNames: ['namespace', 'mutatingadmissionpolicybinding'],
  base: namespaceAndName,
  families: [
    alpha(
      'kube_mutatingadmissionpolicybinding_info',
      'Information about the MutatingAdmissionPolicyBinding.',
      policyBindingLine,
    ),
    created(alpha, 'kube_mutatingadmissionpolicybinding_created', 'Unix creation timestamp.'),
  ],
}
