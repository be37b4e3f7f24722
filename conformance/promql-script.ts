import { unquote } from '#lib/model'

/** A command of a PromQL test script. */
export type Command =
  | { readonly kind: 'clear' }
  | {
      readonly kind: 'load'
      readonly stepMs: number
      readonly withHistograms: boolean
      readonly lines: readonly string[]
    }
  | EvalCommand

/** An `eval` with what is expected of it. */
export interface EvalCommand {
  readonly kind: 'eval'
  readonly line: number
  readonly expr: string
  readonly startMs: number
  readonly endMs: number
  /** 0: an instant query at endMs. */
  readonly stepMs: number
  readonly expectations: readonly Expectation[]
  /** Lines of series, or one number. */
  readonly results: readonly string[]
}

/** What an `expect` line, or an old form of `eval`, asks for. */
export type Expectation =
  | {
      readonly kind: 'fail' | 'warn' | 'info'
      readonly message: string | undefined
      readonly pattern: string | undefined
    }
  | { readonly kind: 'no_warn' | 'no_info' | 'ordered' }
  | { readonly kind: 'range'; readonly startMs: number; readonly stepMs: number }
  | { readonly kind: 'string'; readonly value: string }

/** Reads a script. */
export function readScript(text: string): Command[] {
  const lines = text.split('\n').map((line) => line.replace(/^[ \t]+|[ \t\r]+$/g, ''))
  const commands: Command[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at]
    if (isEmpty(line)) {
      at++
      continue
    }
    let end = at + 1
    const word = line.split(/\s/)[0].toLowerCase()
    if (word !== 'clear') while (end < lines.length && !isEmpty(lines[end])) end++
    commands.push(readCommand(word, line, lines.slice(at + 1, end), at + 1))
    at = end
  }
  return commands
}

function isEmpty(line: string): boolean {
  return line === '' || line.startsWith('#')
}

function readCommand(word: string, line: string, block: readonly string[], number: number): Command {
  if (word === 'clear') return { kind: 'clear' }
  if (word.startsWith('load')) return readLoad(line, block)
  if (word.startsWith('eval')) return readEval(line, block, number)
  throw new Error(`${number}: unknown command ${JSON.stringify(word)}`)
}

function readLoad(line: string, block: readonly string[]): Command {
  const match = /^load(?:_(with_nhcb))?\s+(.+?)$/.exec(line)
  if (!match) throw new Error(`bad load: ${line}`)
  return { kind: 'load', stepMs: readDuration(match[2]), withHistograms: match[1] !== undefined, lines: block }
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/

function readEval(line: string, block: readonly string[], number: number): EvalCommand {
  const instant = INSTANT.exec(line)
  const range = instant ? null : RANGE.exec(line)
  const form = instant?.[1] ?? range?.[1]
  const expectations: Expectation[] = form ? [plain(form)] : []
  const results: string[] = []
  for (const entry of block) {
    if (/^expect\s/.test(entry) && !entry.startsWith('expect{')) expectations.push(readExpectation(entry))
    else results.push(entry)
  }
  const common = { kind: 'eval' as const, line: number, expectations, results }
  if (instant) {
    const time = readDuration(instant[2] ?? '0')
    return { ...common, expr: instant[3], startMs: time, endMs: time, stepMs: 0 }
  }
  if (!range) throw new Error(`${number}: bad eval: ${line}`)
  return {
    ...common,
    expr: range[5],
    startMs: readDuration(range[2]),
    endMs: readDuration(range[3]),
    stepMs: readDuration(range[4]),
  }
}

function plain(form: string): Expectation {
  if (form === 'ordered') return { kind: 'ordered' }
  return { kind: form as 'fail' | 'warn' | 'info', message: undefined, pattern: undefined }
}

function readExpectation(line: string): Expectation {
  const [, kind, rest] = /^expect\s+(\w+)\s*(.*)$/.exec(line)!
  switch (kind) {
    case 'no_warn':
    case 'no_info':
    case 'ordered':
      return { kind }
    case 'string':
      return { kind, value: unquote(rest) ?? rest }
    case 'range': {
      const match = /^vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/.exec(rest)!
      return { kind, startMs: readDuration(match[1]), stepMs: readDuration(match[3]) }
    }
    default:
      return {
        kind: kind as 'fail' | 'warn' | 'info',
        message: /^msg:\s*(.*)$/.exec(rest)?.[1],
        pattern: /^regex:\s*(.*)$/.exec(rest)?.[1],
      }
  }
}

const UNITS: readonly (readonly [string, number])[] = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]

/** The milliseconds of `1m30s`. */
function readDuration(text: string): number {
  if (text === '0') return 0
  const match = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text)
  if (!match || text === '') throw new Error(`bad duration ${JSON.stringify(text)}`)
  return UNITS.reduce((sum, [, ms], i) => sum + Number(match[i + 1] ?? 0) * ms, 0)
}

/** Reads the items of an `@st` line: what is added to each sample's time, undefined where none. */
export function readStartOffsets(text: string): (number | undefined)[] {
  return text
    .trim()
    .split(/\s+/)
    .filter((item) => item !== '')
    .flatMap(readStartItem)
}

function readStartItem(item: string): (number | undefined)[] {
  const none = /^_(?:x(\d+))?$/.exec(item)
  if (none) return new Array<undefined>(Number(none[1] ?? 1)).fill(undefined)
  const match = /^([+-]?)([0-9a-z]+?)(?:([+-])([0-9a-z]+?))?(?:x(\d+))?$/.exec(item)
  if (!match) throw new Error(`bad start timestamp ${JSON.stringify(item)}`)
  const first = readDuration(match[2]) * (match[1] === '-' ? -1 : 1)
  const step = match[4] === undefined ? 0 : readDuration(match[4]) * (match[3] === '-' ? -1 : 1)
  return Array.from({ length: Number(match[5] ?? 0) + 1 }, (_, i) => first + i * step)
}
