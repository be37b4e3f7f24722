/**
 * The process that makes calls which can hang in the kernel, one at a time, so that the program never has to. It is
 * abandoned when it is late.
 */
import { closeSync, openSync, statfsSync } from 'node:fs'
import type { ProbeAnswer, ProbeQuestion, StatfsResult } from './probe.ts'

process.on('message', (question: ProbeQuestion) => {
  process.send?.(answerOf(question))
})

function answerOf({ id, call, path }: ProbeQuestion): ProbeAnswer {
  try {
    return { id, result: call === 'statfs' ? statfs(path) : open(path) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { id, problem: code }
  }
}

function statfs(path: string): StatfsResult {
  const { bsize, blocks, bfree, bavail, files, ffree } = statfsSync(path)
  return { blockBytes: bsize, blocks, free: bfree, available: bavail, files, filesFree: ffree }
}

function open(path: string): true {
  closeSync(openSync(path, 'r'))
  return true
}
