/**
 * A process of many kubelets: each has an address of its own (127.16.0.0 and on), a serving certificate that is signed,
 * and pods whose figures grow. It answers `GET /metrics/resource` to whoever shows the token. Its arguments: how many
 * kubelets, pods of each, the port, the token, the folder of certificates.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import { addressOf, containerLabels, KUBELETS_A_CERTIFICATE, type KubeletCounts } from './kubelet-names.ts'

const [kubelets, podsEach, port, token, folder] = process.argv.slice(2)
const PODS_EACH = Number(podsEach)
const counts: KubeletCounts = { requests: 0, connections: 0, refused: 0, firstMs: 0, lastMs: 0 }
const started = Date.now()

const contexts = Array.from({ length: Math.ceil(Number(kubelets) / KUBELETS_A_CERTIFICATE) }, (_, i) =>
  createSecureContext({
    cert: readFileSync(join(folder, `${i}.crt`)),
    key: readFileSync(join(folder, `${i}.key`)),
  }),
)

function listen(kubelet: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const secureContext = contexts[Math.floor(kubelet / KUBELETS_A_CERTIFICATE)]
  createServer((socket) => serve(kubelet, new TLSSocket(socket, { isServer: true, secureContext }), socket))
    .once('error', reject)
    .listen(Number(port), addressOf(kubelet), 128, resolve)
  return promise
}

function serve(kubelet: number, secured: TLSSocket, socket: Socket): void {
  let asked = ''
  counts.connections++
  socket.setNoDelay(true)
  secured.on('error', () => socket.destroy())
  secured.on('data', (bytes: Buffer) => {
    asked += bytes.toString('latin1')
    if (!asked.endsWith('\r\n\r\n')) return
    const isKnown = asked.startsWith('GET /metrics/resource ') && asked.includes(`Bearer ${token}\r\n`)
    asked = ''
    secured.write(isKnown ? answer(bodyOf(kubelet)) : refusal())
  })
}

function answer(body: string): string {
  counts.requests++
  counts.lastMs = Date.now()
  counts.firstMs ||= counts.lastMs
  const type = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'
  return `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

function refusal(): string {
  counts.refused++
  return 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'
}

const heads = [
  ['container_cpu_usage_seconds_total', 'counter', '[STABLE] Cumulative cpu time consumed by the container'],
  ['container_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the container in bytes'],
  ['container_start_time_seconds', 'gauge', '[STABLE] Start time of the container since unix epoch in seconds'],
  ['node_cpu_usage_seconds_total', 'counter', '[STABLE] Cumulative cpu time consumed by the node'],
  ['node_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the node in bytes'],
  ['pod_cpu_usage_seconds_total', 'counter', '[STABLE] Cumulative cpu time consumed by the pod'],
  ['pod_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the pod in bytes'],
  ['resource_scrape_error', 'gauge', '[STABLE] 1 if there was an error while getting container metrics'],
].map(([name, type, help]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`)

/** A body as kubelets write it: every counter has grown since the one before. */
function bodyOf(kubelet: number): string {
  const nowMs = Date.now()
  const seconds = (nowMs - started) / 1000
  const cpu = (i: number) => (1000 + i + seconds * (0.05 + (i % 10) / 50)).toFixed(6)
  const memory = (i: number) => ((20 + i + (Math.floor(seconds) % 7)) * 1_048_576).toExponential()
  const each = (write: (labels: string, i: number) => string) =>
    Array.from({ length: PODS_EACH }, (_, i) => write(containerLabels(kubelet, i), i)).join('')
  const ofPod = (labels: string) => labels.slice(labels.indexOf('namespace='))
  return [
    heads[0],
    each((labels, i) => `container_cpu_usage_seconds_total{${labels}} ${cpu(i)} ${nowMs - i}\n`),
    heads[1],
    each((labels, i) => `container_memory_working_set_bytes{${labels}} ${memory(i)} ${nowMs - i}\n`),
    heads[2],
    each((labels, i) => `container_start_time_seconds{${labels}} ${1.7e9 + i}\n`),
    `${heads[3]}node_cpu_usage_seconds_total ${cpu(99)} ${nowMs}\n`,
    `${heads[4]}node_memory_working_set_bytes ${memory(2000)} ${nowMs}\n`,
    heads[5],
    each((labels, i) => `pod_cpu_usage_seconds_total{${ofPod(labels)}} ${cpu(i)} ${nowMs - i}\n`),
    heads[6],
    each((labels, i) => `pod_memory_working_set_bytes{${ofPod(labels)}} ${memory(i)} ${nowMs - i}\n`),
    `${heads[7]}resource_scrape_error 0\n`,
  ].join('')
}

for (let i = 0; i < Number(kubelets); i++) await listen(i)
process.on('message', () => {
  process.send?.(counts)
  counts.requests = counts.connections = counts.refused = counts.firstMs = counts.lastMs = 0
})
process.on('disconnect', () => process.exit())
process.send?.(counts)
