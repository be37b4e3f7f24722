import type { ResourceFamilies } from '../family.ts'
import { alpha, created, info, resourceVersion } from './families.ts'
import { namespaceAndName } from './object.ts'
import { serviceLines, type WebhookConfiguration } from './webhook.ts'

/** Validating webhooks. */
export const validatingWebhookConfigurations: ResourceFamilies<WebhookConfiguration> = {
  resource: 'validatingwebhookconfigurations',
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  namespaced: false,
  baseNames: ['namespace', 'validatingwebhookconfiguration'],
  base: namespaceAndName,
  families: [
    info(alpha, 'kube_validatingwebhookconfiguration_info', 'Information about the ValidatingWebhookConfiguration.'),
    created(alpha, 'kube_validatingwebhookconfiguration_created', 'Unix creation timestamp.'),
    resourceVersion(
      'kube_validatingwebhookconfiguration_metadata_resource_version',
      'Resource version representing a specific version of the ValidatingWebhookConfiguration.',
    ),
    alpha(
      'kube_validatingwebhookconfiguration_webhook_clientconfig_service',
      'Service used by the apiserver to connect to a validating webhook.',
      serviceLines,
    ),
  ],
}
