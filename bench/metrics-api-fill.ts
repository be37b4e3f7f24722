import type { ApiServer } from './api-server.ts'
import { node, pod } from './cluster-objects.ts'
import { addressOf, nodeNameOf, podOf } from './kubelet-names.ts'

/** Of one transaction: etcd takes 128. */
const AT_ONCE = 100
const CREATED = '2026-03-01T10:00:00Z'

interface Stored {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/**
 * The nodes and pods of simulated kubelets, written where the API server keeps them: to create 150,000 pods would take
 * longer than the bench.
 */
export async function fillNodesAndPods(
  api: ApiServer,
  kubelets: number,
  podsEach: number,
  port: number,
): Promise<void> {
  const pods = function* (): Generator<Stored> {
    for (let kubelet = 0; kubelet < kubelets; kubelet++)
      for (let i = 0; i < podsEach; i++) yield storedPod(kubelet, i, kubelet * podsEach + i)
  }
  await store(
    api,
    Array.from({ length: kubelets }, (_, i) => storedNode(i, port)),
  )
  await store(api, pods())
}

function storedNode(i: number, port: number): Stored {
  const name = nodeNameOf(i)
  const { body, status } = node(i)
  const metadata = { ...metadataOf(body), name, uid: uidOf(1, i), creationTimestamp: CREATED }
  const addresses = [{ type: 'InternalIP', address: addressOf(i) }]
  const daemonEndpoints = { kubeletEndpoint: { Port: port } }
  return {
    key: `/registry/minions/${name}`,
    value: { kind: 'Node', apiVersion: 'v1', ...body, metadata, status: { ...status, addresses, daemonEndpoints } },
  }
}

function storedPod(kubelet: number, i: number, number: number): Stored {
  const { namespace, name } = podOf(kubelet, i)
  const { body } = pod(number)
  const metadata = { ...metadataOf(body), name, namespace, uid: uidOf(2, number), creationTimestamp: CREATED }
  // Of a pod both programs ask for its metadata alone; the rest would only fill the API server.
  const spec = { containers: [{ name: 'app', image: 'registry.example/app:1.4.2' }], nodeName: nodeNameOf(kubelet) }
  return {
    key: `/registry/pods/${namespace}/${name}`,
    value: { kind: 'Pod', apiVersion: 'v1', metadata, spec, status: { phase: 'Running' } },
  }
}

function metadataOf(body: Readonly<Record<string, unknown>>): object {
  return body.metadata as object
}

function uidOf(kind: number, i: number): string {
  return `00000000-0000-000${kind}-0000-${String(i).padStart(12, '0')}`
}

async function store(api: ApiServer, objects: Iterable<Stored>): Promise<void> {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  let success: object[] = []
  const write = async () => {
    const response = await fetch(`${api.etcdUrl}/v3/kv/txn`, { method: 'POST', body: JSON.stringify({ success }) })
    if (!response.ok) throw new Error(`etcd does not store the bench's objects: ${response.status}`)
    await response.arrayBuffer()
    success = []
  }
  for (const { key, value } of objects) {
    success.push({ request_put: { key: base64(key), value: base64(JSON.stringify(value)) } })
    if (success.length === AT_ONCE) await write()
  }
  if (success.length > 0) await write()
}
