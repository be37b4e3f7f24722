import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LogFile, type LogDamage, type LogRecord } from './log-file.ts'
import type { Problems } from './problems.ts'

/** A record with the file that it is from. */
export interface PlacedRecord extends LogRecord {
  readonly file: string
}

/** The files of a log's folder in their order; none where there is no folder. */
export function logFiles(folder: string): string[] {
  return numbered(folder, /^(\d{8,})$/).map(({ name }) => join(folder, name))
}

/** The newest checkpoint of a log and the log's files after it. */
export function filesAfterCheckpoint(folder: string): { checkpoint: string[]; rest: string[] } {
  const last = numbered(folder, /^checkpoint\.(\d+)$/).at(-1)
  const files = numbered(folder, /^(\d{8,})$/)
  const rest = files.filter(({ number }) => last === undefined || number > last.number)
  return {
    checkpoint: last ? logFiles(join(folder, last.name)) : [],
    rest: rest.map(({ name }) => join(folder, name)),
  }
}

function numbered(folder: string, pattern: RegExp): { name: string; number: number }[] {
  let names: string[] = []
  try {
    names = readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return names
    .flatMap((name) => {
      const match = pattern.exec(name)
      return match ? [{ name, number: Number(match[1]) }] : []
    })
    .sort((a, b) => a.number - b.number)
}

/**
 * The records of a log's files. Damage is told to `problems`; where no record comes after it in the last file, it is the tail that
 * a killed writer leaves.
 */
export function* readLog(files: readonly string[], problems: Problems): Generator<PlacedRecord> {
  for (const [i, path] of files.entries()) {
    using file = new LogFile(path)
    let damage: LogDamage | undefined
    const tell = (isTornTail: boolean) => {
      if (damage) problems.add({ file: path, offset: damage.offset, problem: damage.problem, isTornTail })
      damage = undefined
    }
    for (const step of file.records()) {
      tell(false)
      if ('problem' in step) damage = step
      else yield { file: path, offset: step.offset, bytes: step.bytes }
    }
    tell(i === files.length - 1)
  }
}
