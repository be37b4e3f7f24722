/** What simulated kubelets and the API server's objects agree on. */

/** One certificate has the addresses of so many kubelets: to make one each would take the bench longer than the rest. */
export const KUBELETS_A_CERTIFICATE = 25

/** What kubelets were asked since the last question. */
export interface KubeletCounts {
  requests: number
  connections: number
  refused: number
  firstMs: number
  lastMs: number
}

export function addressOf(kubelet: number): string {
  return `127.16.${kubelet >> 8}.${kubelet & 255}`
}

export function nodeNameOf(kubelet: number): string {
  return `node-${kubelet}.internal`
}

/** The pods of a node, spread over namespaces. */
export function podOf(kubelet: number, i: number): { readonly namespace: string; readonly name: string } {
  return { namespace: `team-${(kubelet + i) % 50}`, name: `service-${kubelet % 100}-7d4b9c5f66-${kubelet}-${i}` }
}

/** As a kubelet writes them. */
export function containerLabels(kubelet: number, i: number): string {
  const { namespace, name } = podOf(kubelet, i)
  return `container="app",namespace="${namespace}",pod="${name}"`
}
