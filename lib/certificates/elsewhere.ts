import { once } from 'node:events'
import { openChild } from '#lib/run'
import type { AuthorityOptions, CertificatePair, ServingOptions } from './make.ts'

/** What the process that makes certificates is asked. */
export type MakeQuestion =
  | { readonly make: 'authority'; readonly options: AuthorityOptions }
  | { readonly make: 'serving'; readonly authority: CertificatePair; readonly options: ServingOptions }

/** What it answers. */
export interface MakeAnswer {
  readonly pair?: CertificatePair
  readonly problem?: string
}

/** Far more than it takes, also where the processor is short. */
const LIMIT_MS = 60_000

/** Makes a certificate authority: ECDSA P-256, signed by itself, for signing serving certificates and nothing below. */
export function makeAuthority(options: AuthorityOptions): Promise<CertificatePair> {
  return ask({ make: 'authority', options }, 'an authority')
}

/** Makes a serving certificate signed by an authority, with a new key. */
export function signServing(authority: CertificatePair, options: ServingOptions): Promise<CertificatePair> {
  return ask({ make: 'serving', authority, options }, 'a serving certificate')
}

async function ask(question: MakeQuestion, what: string): Promise<CertificatePair> {
  const child = openChild('certificate-child', [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  try {
    const answered = once(child, 'message').then(([answer]) => answer as MakeAnswer)
    // Not `exit`, which can come before the message that was sent last.
    const left = once(child, 'disconnect').then((): MakeAnswer => ({ problem: 'its process ended without a word' }))
    child.send(question, (error) => {
      if (error !== null) child.kill('SIGKILL') // its end answers the question
    })
    const { pair, problem } = await Promise.race([answered, left])
    if (pair === undefined) throw new Error(`cannot make ${what}: ${problem}`)
    return pair
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}
