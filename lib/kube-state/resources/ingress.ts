import type { LineWriter, ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels, resourceVersion, stable } from './families.ts'
import { count, entryOf, isPresent, objects, strings, text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'

interface Ingress extends Stored {
  readonly spec?: {
    readonly ingressClassName?: string
    readonly rules?: readonly { readonly host?: string; readonly http?: { readonly paths?: readonly Path[] } }[]
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[]
  }
}

interface Path {
  readonly path?: string
  readonly pathType?: string
  readonly backend?: {
    readonly service?: { readonly name?: string; readonly port?: { readonly number?: number } }
    readonly resource?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string }
  }
}

const INFO = ['ingressclass']
const TO_SERVICE = ['host', 'path', 'path_type', 'service_name', 'service_port']
const TO_RESOURCE = ['host', 'path', 'path_type', 'resource_api_group', 'resource_kind', 'resource_name']
const TLS = ['tls_host', 'secret']

/** Ingresses. */
export const ingresses: ResourceFamilies<Ingress> = {
  resource: 'ingresses',
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  namespaced: true,
  baseNames: ['namespace', 'ingress'],
  base: namespaceAndName,
  families: [
    stable('kube_ingress_info', 'Information about ingress.', (ingress, out) =>
      out.labelled(INFO, [classOf(ingress)], 1),
    ),
    annotations(alpha, 'kube_ingress_annotations'),
    labels(stable, 'kube_ingress_labels'),
    created(stable, 'kube_ingress_created'),
    resourceVersion(
      'kube_ingress_metadata_resource_version',
      'Resource version representing a specific version of ingress.',
    ),
    stable('kube_ingress_path', 'Ingress host, paths and backend service information.', pathLines),
    stable('kube_ingress_tls', 'Ingress TLS host and secret information.', ({ spec }, out) => {
      for (const { hosts, secretName } of objects(spec?.tls)) {
        for (const host of strings(hosts)) out.labelled(TLS, [host, text(secretName)], 1)
      }
    }),
  ],
}

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

/** The annotation of old wins over the field. */
function classOf({ metadata, spec }: Ingress): string {
  const annotated = entryOf(metadata?.annotations, CLASS_ANNOTATION)
  if (annotated !== undefined) return annotated
  return isPresent(spec?.ingressClassName) ? text(spec.ingressClassName) : '_default'
}

function pathLines({ spec }: Ingress, out: LineWriter): void {
  for (const { host, http } of objects(spec?.rules)) {
    for (const path of objects(http?.paths)) pathLine(text(host), path, out)
  }
}

function pathLine(host: string, { path, pathType, backend }: Path, out: LineWriter): void {
  const values = [host, text(path), text(pathType)]
  const service = backend?.service
  if (isPresent(service)) {
    out.labelled(TO_SERVICE, [...values, text(service.name), String(count(service.port?.number))], 1)
  } else {
    const resource = backend?.resource
    out.labelled(TO_RESOURCE, [...values, text(resource?.apiGroup), text(resource?.kind), text(resource?.name)], 1)
  }
}
