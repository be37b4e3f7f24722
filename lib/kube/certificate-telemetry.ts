import type { TelemetryFamily } from '#lib/telemetry'

/** How kubelets are known; `unchecked`: nobody looked, as through the API server. */
export type KubeletsKnown = Readonly<Record<'verified' | 'pinned' | 'refused' | 'unchecked', number>>

/** How many kubelets are known in which way. */
export function certificatesFamily(counts: KubeletsKnown): TelemetryFamily {
  return {
    name: 'binnacle_kubelet_certificates',
    help: 'Kubelets by how their certificate is known: verified by an authority, pinned at first sight, refused as another than the pinned one, unchecked.',
    type: 'gauge',
    metrics: Object.entries(counts).map(([known, value]) => ({ labels: ['known', known], value })),
  }
}
