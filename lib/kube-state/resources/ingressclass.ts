import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels } from './families.ts'
import { text } from './fields.ts'
import { nameOf, type Stored } from './object.ts'

interface IngressClass extends Stored {
  readonly spec?: { readonly controller?: string }
}

const INFO = ['controller']

/** Ingress classes. */
export const ingressClasses: ResourceFamilies<IngressClass> = {
  resource: 'ingressclasses',
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  namespaced: false,
  baseNames: ['ingressclass'],
  base: nameOf,
  families: [
    alpha('kube_ingressclass_info', 'Information about ingressclass.', ({ spec }, out) =>
      out.labelled(INFO, [text(spec?.controller)], 1),
    ),
    created(alpha, 'kube_ingressclass_created'),
    annotations(alpha, 'kube_ingressclass_annotations'),
    labels(alpha, 'kube_ingressclass_labels'),
  ],
}
