/**
 * The process that makes one certificate and ends: what its library takes, some 36 MB, goes with it. The question and
 * the answer pass over the channel between the two processes alone.
 */
import type { MakeAnswer, MakeQuestion } from './elsewhere.ts'
import { makeAuthority, signServing } from './make.ts'

process.once('message', (question: MakeQuestion) => {
  const made =
    question.make === 'authority' ? makeAuthority(question.options) : signServing(question.authority, question.options)
  const answer = (message: MakeAnswer) => process.send?.(message, () => process.disconnect?.())
  made.then(
    (pair) => answer({ pair }),
    (error: unknown) => answer({ problem: error instanceof Error ? error.message : String(error) }),
  )
})
