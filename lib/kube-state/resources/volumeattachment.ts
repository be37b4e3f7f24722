import type { LineWriter, ResourceFamilies } from '../family.ts'
import { toPrometheusLabels } from '../label-rules.ts'
import { alpha, created } from './families.ts'
import { bit, isPresent, stringMap, text } from './fields.ts'
import { nameOf, type Stored } from './object.ts'

interface VolumeAttachment extends Stored {
  readonly spec?: {
    readonly attacher?: string
    readonly nodeName?: string
    readonly source?: { readonly persistentVolumeName?: string }
  }
  readonly status?: { readonly attached?: boolean; readonly attachmentMetadata?: StringMap }
}

type StringMap = Readonly<Record<string, string>>

const INFO = ['attacher', 'node']
const VOLUME = ['volumename']

/** Attachments of volumes to nodes. Their labels are all written, allowed or not, as upstream does. */
export const volumeAttachments: ResourceFamilies<VolumeAttachment> = {
  resource: 'volumeattachments',
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  namespaced: false,
  baseNames: ['volumeattachment'],
  base: nameOf,
  families: [
    alpha('kube_volumeattachment_labels', 'Kubernetes labels converted to Prometheus labels.', ({ metadata }, out) =>
      allLabelsLine('label', metadata?.labels, out),
    ),
    alpha('kube_volumeattachment_info', 'Information about volumeattachment.', ({ spec }, out) =>
      out.labelled(INFO, [text(spec?.attacher), text(spec?.nodeName)], 1),
    ),
    created(alpha, 'kube_volumeattachment_created'),
    alpha(
      'kube_volumeattachment_spec_source_persistentvolume',
      'PersistentVolume source reference.',
      ({ spec }, out) => {
        const name = spec?.source?.persistentVolumeName
        if (isPresent(name)) out.labelled(VOLUME, [text(name)], 1)
      },
    ),
    alpha('kube_volumeattachment_status_attached', 'Information about volumeattachment.', ({ status }, out) =>
      out.value(bit(status?.attached)),
    ),
    alpha('kube_volumeattachment_status_attachment_metadata', 'volumeattachment metadata.', ({ status }, out) =>
      allLabelsLine('metadata', status?.attachmentMetadata, out),
    ),
  ],
}

function allLabelsLine(prefix: string, map: StringMap | undefined, out: LineWriter): void {
  const { names, values } = toPrometheusLabels(prefix, stringMap(map))
  out.labelled(names, values, 1)
}
