import { createServer, type RequestListener, type Server } from 'node:http'
import { parseListenAddress } from '#lib/http'

/** Makes the server that requests come to: a plain one unless HTTPS is asked for. */
export type ServerFactory = (listener: RequestListener) => Server

/**
 * Answers while the store reads its log, which may take a while: the program lives and is not ready yet, and how far it is. It
 * makes room for the real server once that can answer.
 */
export class StartingServer implements AsyncDisposable {
  readonly #server: Server
  #share = 0

  private constructor(factory: ServerFactory) {
    this.#server = factory((request, response) => this.#answer(request.url ?? '/', response))
  }

  /** Listens; where the address is taken nobody is told here: the real server says so. */
  static async open(address: string, factory: ServerFactory = createServer): Promise<StartingServer> {
    const starting = new StartingServer(factory)
    const { host, port } = parseListenAddress(address)
    // A port that the system chooses would not be the real server's.
    if (port === 0) return starting
    await new Promise<void>((resolve) => {
      starting.#server.once('error', () => resolve())
      starting.#server.listen({ host: host === '' ? '::' : host, port }, resolve)
    })
    return starting
  }

  /** How much of the log was read. */
  progress(share: number): void {
    this.#share = share
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  #answer(url: string, response: Parameters<RequestListener>[1]): void {
    const isAlive = url.split('?')[0] === '/-/healthy'
    const text = `Service Unavailable: the store reads its log, ${Math.floor(this.#share * 100)} % are done\n`
    response.writeHead(isAlive ? 200 : 503, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'retry-after': '1',
      connection: 'close',
    })
    response.end(isAlive ? 'Binnacle is Healthy.\n' : text)
  }
}
