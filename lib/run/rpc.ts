import type { Transferable } from 'node:worker_threads'

/** What two threads speak over. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void
  on(event: 'message', listener: (message: Call | Answer) => void): unknown
  /** Of a thread: it has ended. */
  on(event: 'exit', listener: () => void): unknown
}

/** The calls that the other side answers. */
export type Handlers = Record<string, (...args: never[]) => unknown>

/** The other side's calls as they look from here. */
export type Remote<H extends Handlers> = {
  [K in keyof H]: (...args: Parameters<H[K]>) => Promise<Unwrapped<Awaited<ReturnType<H[K]>>>>
}

type Unwrapped<T> = T extends Moved<infer V> ? V : T

/** A value whose buffers and ports move to the other thread instead of being copied. */
export class Moved<T> {
  readonly value: T
  readonly transfer: Transferable[]

  constructor(value: T, transfer: Transferable[]) {
    this.value = value
    this.transfer = transfer
  }
}

interface Call {
  readonly call: number
  readonly method: string
  readonly args: readonly unknown[]
}

interface Answer {
  readonly answer: number
  readonly value?: unknown
  readonly error?: unknown
}

/**
 * Joins two threads: answers the other side's calls with `handlers` and gives its calls back as functions.
 * An error of a handler rejects the caller's promise with a copy of it, as the end of the other thread does.
 */
export function connect<H extends Handlers>(port: Port, handlers: Handlers): Remote<H> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let next = 1

  const answer = async ({ call, method, args }: Call) => {
    try {
      const handler = handlers[method] as ((...args: readonly unknown[]) => unknown) | undefined
      if (!handler) throw new Error(`bug: no handler for ${method}`)
      const result = await handler(...args)
      if (result instanceof Moved) port.postMessage({ answer: call, value: result.value }, result.transfer)
      else port.postMessage({ answer: call, value: result }, [])
    } catch (error) {
      port.postMessage({ answer: call, error }, [])
    }
  }

  port.on('message', (message: Call | Answer) => {
    if ('call' in message) {
      void answer(message)
    } else if ('answer' in message) {
      const promise = waiting.get(message.answer)
      waiting.delete(message.answer)
      if (message.error === undefined) promise?.resolve(message.value)
      else promise?.reject(message.error)
    }
  })

  port.on('exit', () => {
    for (const promise of waiting.values()) promise.reject(new Error('the thread that was asked has ended'))
    waiting.clear()
  })

  return new Proxy({} as Remote<H>, {
    get: (_, method: string) => {
      if (method === 'then') return undefined
      return (...args: unknown[]) => {
        const call = next++
        const promise = Promise.withResolvers<unknown>()
        waiting.set(call, promise)
        port.postMessage({ call, method, args }, [])
        return promise.promise
      }
    },
  })
}
