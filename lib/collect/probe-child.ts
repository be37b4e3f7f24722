/**
 * The process that makes calls which can hang in the kernel, one at a time, so that the program never has to. It is
 * abandoned when it is late.
 */
import { closeSync, fstatSync, globSync, openSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import type { ListResult, ProbeAnswer, ProbeQuestion, ReadResult, StatfsResult } from './probe.ts'

process.on('message', (question: ProbeQuestion) => {
  process.send?.(answerOf(question))
})

function answerOf({ id, call, path }: ProbeQuestion): ProbeAnswer {
  try {
    return { id, result: calls[call](path) }
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

function read(path: string): ReadResult {
  const fd = openSync(path, 'r')
  try {
    const text = readFileSync(fd, 'utf8')
    return { text, changedSeconds: Math.floor(fstatSync(fd).mtimeMs / 1000) }
  } finally {
    closeSync(fd)
  }
}

function list(glob: string): ListResult {
  const found = /[*?[]/.test(glob) ? globSync(glob).sort() : []
  return (found.length === 0 ? [glob] : found).map((folder) => [folder, namesIn(folder)])
}

function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

const calls = { statfs, open, read, list }
