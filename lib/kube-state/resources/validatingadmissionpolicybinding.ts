import type { ResourceFamilies } from '../family.ts'
import { type PolicyBinding, policyBindingLine } from './admission-policy-binding.ts'
import { alpha, created } from './families.ts'
import { strings } from './fields.ts'
import { namespaceAndName } from './object.ts'

const ACTION = ['action']

/** Where validating admission policies hold. */
export const validatingAdmissionPolicyBindings: ResourceFamilies<PolicyBinding> = {
  resource: 'validatingadmissionpolicybindings',
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  namespaced: false,
  baseNames: ['namespace', 'validatingadmissionpolicybinding'],
  base: namespaceAndName,
  families: [
    alpha(
      'kube_validatingadmissionpolicybinding_info',
      'Information about the ValidatingAdmissionPolicyBinding.',
      policyBindingLine,
    ),
    created(alpha, 'kube_validatingadmissionpolicybinding_created', 'Unix creation timestamp.'),
    alpha(
      'kube_validatingadmissionpolicybinding_validation_action',
      'Validation actions for the ValidatingAdmissionPolicyBinding.',
      ({ spec }, out) => {
        for (const action of strings(spec?.validationActions)) out.labelled(ACTION, [action], 1)
      },
    ),
  ],
}
