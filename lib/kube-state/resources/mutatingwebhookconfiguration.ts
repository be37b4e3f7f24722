import type { ResourceFamilies } from '../family.ts'
import { alpha, created, info, resourceVersion } from './families.ts'
import { namespaceAndName } from './object.ts'
import { serviceLines, type WebhookConfiguration } from './webhook.ts'

/** Mutating webhooks. */
export const mutatingWebhookConfigurations: ResourceFamilies<WebhookConfiguration> = {
  resource: 'mutatingwebhookconfigurations',
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  namespaced: false,
  baseNames: ['namespace', 'mutatingwebhookconfiguration'],
  base: namespaceAndName,
  families: [
    info(alpha, 'kube_mutatingwebhookconfiguration_info', 'Information about the MutatingWebhookConfiguration.'),
    created(alpha, 'kube_mutatingwebhookconfiguration_created', 'Unix creation timestamp.'),
    resourceVersion(
      'kube_mutatingwebhookconfiguration_metadata_resource_version',
      'Resource version representing a specific version of the MutatingWebhookConfiguration.',
    ),
    alpha(
      'kube_mutatingwebhookconfiguration_webhook_clientconfig_service',
      'Service used by the apiserver to connect to a mutating webhook.',
      serviceLines,
    ),
  ],
}
