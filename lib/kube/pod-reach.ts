import { createConnection } from 'node:net'

/** A pod that should answer at a port. */
export interface ProbedPod {
  readonly ip: string
  /** A port that it declares; undefined: it declares none. */
  readonly port: number | undefined
}

/** How pods are read, as far as is known. */
export type PodsWay = 'unknown' | 'direct' | 'api-server'

type Answer = 'connected' | { readonly code: string; readonly why: string }

const LIMIT_MS = 1500
const AGAIN_MS = 30_000
/** tcpmux, which nobody runs: whoever answers there answers for every address and is no pod. */
const NOBODYS_PORT = 1

/** Finds out whether pods answer from here, and looks again from time to time. Nothing is sent to them. */
export class PodReach {
  way: PodsWay = 'unknown'
  /** What stands in the direct way. */
  why = ''
  readonly #now: () => number
  readonly #nobodysPort: number
  #lookedMs = -Infinity
  #isLooking = false

  constructor(now: () => number = Date.now, nobodysPort = NOBODYS_PORT) {
    this.#now = now
    this.#nobodysPort = nobodysPort
  }

  /** Whether it is time to look again. */
  get isDue(): boolean {
    return !this.#isLooking && this.#now() - this.#lookedMs >= AGAIN_MS
  }

  /** Tries a few of these; resolves with whether the way is another one now. */
  async observe(pods: readonly ProbedPod[]): Promise<boolean> {
    if (!this.isDue || pods.length === 0) return false
    this.#isLooking = true
    const answers = await Promise.all(pods.map((pod) => this.#probe(pod)))
    this.#isLooking = false
    this.#lookedMs = this.#now()
    const before = this.way
    const failed = answers.find((answer) => answer !== 'connected')
    this.way = pods.some((pod, i) => isThere(answers[i], pod)) ? 'direct' : 'api-server'
    this.why = this.way === 'direct' || failed === undefined ? '' : `${pods[answers.indexOf(failed)].ip}: ${failed.why}`
    return this.way !== before
  }

  /** Proxies of offices and gateways accept connections to whatever has no route. */
  async #probe({ ip, port }: ProbedPod): Promise<Answer> {
    const answer = await connectTo(ip, port ?? 80)
    if (answer !== 'connected' || (await connectTo(ip, this.#nobodysPort)) !== 'connected') return answer
    return { code: 'EPROXY', why: 'something on the way answers in its place' }
  }
}

/**
 * A refusal comes from the pod itself where it declares no port; where one is declared, something else may have that
 * address here: networks of pods and of offices overlap.
 */
function isThere(answer: Answer, { port }: ProbedPod): boolean {
  return answer === 'connected' || (port === undefined && answer.code === 'ECONNREFUSED')
}

function connectTo(host: string, port: number): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const socket = createConnection({ host, port })
  const done = (answer: Answer) => {
    socket.destroy()
    resolve(answer)
  }
  socket.setTimeout(LIMIT_MS, () => done({ code: 'ETIMEDOUT', why: `no answer within ${LIMIT_MS / 1000} s` }))
  socket.once('connect', () => done('connected'))
  socket.once('error', ({ code = 'error' }: NodeJS.ErrnoException) => done({ code, why: code }))
  return promise
}
