import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, labels } from './families.ts'
import { lengthOf } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { secondsOf } from './times.ts'

interface NetworkPolicy extends Stored {
  readonly spec?: { readonly ingress?: readonly unknown[]; readonly egress?: readonly unknown[] }
}

/** Network policies. */
export const networkPolicies: ResourceFamilies<NetworkPolicy> = {
  resource: 'networkpolicies',
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  namespaced: true,
  baseNames: ['namespace', 'networkpolicy'],
  base: namespaceAndName,
  families: [
    alpha('kube_networkpolicy_created', 'Unix creation timestamp of network policy', ({ metadata }, out) =>
      out.value(secondsOf(metadata?.creationTimestamp)),
    ),
    annotations(alpha, 'kube_networkpolicy_annotations'),
    labels(alpha, 'kube_networkpolicy_labels'),
    alpha('kube_networkpolicy_spec_ingress_rules', 'Number of ingress rules on the networkpolicy', ({ spec }, out) =>
      out.value(lengthOf(spec?.ingress)),
    ),
    alpha('kube_networkpolicy_spec_egress_rules', 'Number of egress rules on the networkpolicy', ({ spec }, out) =>
      out.value(lengthOf(spec?.egress)),
    ),
  ],
}
