import { request } from 'node:http'

import type { IncomingMessage } from 'node:http'

const largestBody = 32 << 20
const timeoutMs = 5000

/** The Engine API over its socket; no answer is awaited longer than 5 s or read beyond 32 MiB. */
export class DockerClient {
  readonly socketPath: string

  constructor(socketPath: string) {
    this.socketPath = socketPath
  }

  /** The parsed body of a GET; undefined where the object is gone (404). */
  async get(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await this.open(path, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
    const text = await readBody(response)
    if (response.statusCode === 404) return undefined
    if (response.statusCode !== 200) throw new Error(`docker ${path}: answered ${response.statusCode}`)
    return JSON.parse(text)
  }

  /** Opens a GET and leaves its body to the caller. */
  open(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: this.socketPath, path, signal, agent: false }, resolve)
      sent.on('error', (cause) => reject(new Error(this.#reason(cause), { cause })))
      sent.end()
    })
  }

  /** Why the socket does not answer, as a person would say it. */
  #reason({ code, message }: NodeJS.ErrnoException): string {
    if (code === 'ENOENT') return `there is no socket at ${this.socketPath}: Docker does not run here, or has another`
    if (code === 'EACCES') return `no right to open ${this.socketPath}`
    if (code === 'ECONNREFUSED') return `nothing listens on ${this.socketPath}: Docker has stopped`
    return `Docker at ${this.socketPath}: ${message}`
  }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length
    if (bytes > largestBody) throw new Error('docker: the answer is larger than 32 MiB')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
