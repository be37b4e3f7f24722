import { Agent, request } from 'node:https'
import { sleep } from '../e2e/support/program.ts'
import type { ApiServer } from './api-server.ts'
import {
  configMap,
  deployment,
  type Made,
  namespace,
  NAMESPACES,
  namespaceOf,
  node,
  pod,
  podName,
  podStatus,
  secret,
} from './cluster-objects.ts'

/** How large the cluster is. */
export const clusterCounts = { pods: 10_000, nodes: 500, deployments: 2000, secrets: 2500, configMaps: 2500 }
/** Makes all of it through the API. */
export async function fillCluster(api: ApiServer): Promise<void> {
  await makeAll(api, NAMESPACES, namespace)
  await makeAll(api, clusterCounts.nodes, node)
  await makeAll(api, clusterCounts.deployments, deployment)
  await makeAll(api, clusterCounts.secrets, secret)
  await makeAll(api, clusterCounts.configMaps, configMap)
  await makeAll(api, clusterCounts.pods, pod)
}

/** Makes objects 0 to count - 1, a few at a time. */
async function makeAll(api: ApiServer, count: number, make: (i: number) => Made): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const { path, body, status } = make(i)
      await send(api, 'POST', path, body)
      const { name } = body.metadata as { name: string }
      if (status !== undefined) await send(api, 'PATCH', `${path}/${name}/status`, { status })
    }
  }
  await Promise.all(Array.from({ length: 24 }, () => worker()))
}

const agent = new Agent({ keepAlive: true, maxSockets: 32, rejectUnauthorized: false })

function send(api: ApiServer, method: string, path: string, body: unknown): Promise<void> {
  const text = JSON.stringify(body)
  const headers = {
    authorization: 'Bearer bench',
    'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    'content-length': Buffer.byteLength(text),
  }
  return new Promise((resolve, reject) => {
    const sent = request(`${api.url}${path}`, { method, agent, headers }, (response) => {
      let answer = ''
      response.on('data', (chunk: Buffer) => (answer += chunk.toString()))
      response.on('end', () => {
        const { statusCode = 0 } = response
        if (statusCode < 300) resolve()
        else reject(new Error(`${method} ${path}: ${statusCode} ${answer}`))
      })
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

/** Changes so many pods a second: a restart changes some of their lines. */
export async function updatePods(api: ApiServer, seconds: number, perSecond: number): Promise<void> {
  const started = performance.now()
  // Other numbers in each run: a status that is what it was is no update.
  const first = Math.floor(Date.now() / 1000) % 1_000_000
  for (let n = 0; n < perSecond * seconds; n++) {
    const late = started + (n * 1000) / perSecond - performance.now()
    if (late > 0) await sleep(late)
    const i = (n * 7919) % clusterCounts.pods
    const path = `/api/v1/namespaces/${namespaceOf(i)}/pods/${podName(i)}/status`
    await send(api, 'PATCH', path, { status: podStatus(i, first + n) })
  }
}
