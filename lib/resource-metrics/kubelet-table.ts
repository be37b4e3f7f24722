/**
 * Reads the bodies of one kubelet's `/metrics/resource` into typed arrays. A kubelet names its containers in the same
 * order each time: where the bytes of a line's labels are those of the container that comes next, the line costs a
 * compare and two numbers, and no string or object is made. Any other line goes through a parser. The plain version is
 * reference-decoder.ts, against which this is tested; `npm run bench -- metrics-api` watches it.
 */
import { NumberCursor, TextParser } from '#lib/exposition'
import { endingInNewline, endOfLabels, isBlank, isWhole, lineNumber } from './body-lines.ts'
import { hasBytesAt, LabelBytes } from './label-bytes.ts'
import { endOfPlainSeries } from './plain-series.ts'
import { KubeletBodyError } from './points.ts'

const NEWLINE = 0x0a
const SPACE = 0x20
const HASH = 0x23
const BRACE = 0x7b

/** Families that are read; the ids of those of containers are also the ids of their fields. */
const CPU = 0
const START = 2
const NODE_CPU = 3
const OTHER = 5

const NAMES: readonly Buffer[] = [
  'container_cpu_usage_seconds_total',
  'container_memory_working_set_bytes',
  'container_start_time_seconds',
  'node_cpu_usage_seconds_total',
  'node_memory_working_set_bytes',
].map((name) => Buffer.from(name))

/** Of one kubelet: more is refused, so that no body fills the memory. */
const MAX_CONTAINERS = 10_000
const MAX_BODY_BYTES = 16 << 20

/** The columns of the newest reading of each container, by slot. A time of 0: nothing was read. */
export class KubeletTable {
  /** Slots in use. */
  length = 0
  namespaces: string[] = []
  pods: string[] = []
  containers: string[] = []
  /** The number of the body in which the slot was last seen. */
  seenIn = new Float64Array(0)
  timestampMs = new Float64Array(0)
  startMs = new Float64Array(0)
  cpu = new Float64Array(0)
  memory = new Float64Array(0)
  /** The node's own reading; a time of 0: none. */
  nodeTimestampMs = 0
  nodeCpu = 0
  nodeMemory = 0
  /** Counts the bodies; slots seen in this one have `seenIn` equal to it. */
  body = 0
  /** How many slots this body has told of. */
  seen = 0

  readonly #labels = new LabelBytes()
  readonly #number = new NumberCursor()
  readonly #time = new NumberCursor()
  /** The slot that the next line of each family of containers is expected to be of. */
  readonly #next = new Int32Array(3)
  #slots: Map<string, number> | undefined

  /** Reads a body; a sample without a time takes `defaultTimeMs`. Throws a KubeletBodyError, and then holds nothing. */
  read(body: Uint8Array, defaultTimeMs: number): void {
    this.body++
    this.seen = 0
    this.#next.fill(0)
    this.nodeTimestampMs = this.nodeCpu = this.nodeMemory = 0
    const bytes = endingInNewline(body)
    try {
      if (body.length > MAX_BODY_BYTES) throw new KubeletBodyError(`its answer is longer than ${MAX_BODY_BYTES} bytes`)
      for (let at = 0; at < bytes.length;) at = this.#line(bytes, at, defaultTimeMs)
    } catch (error) {
      this.#forget()
      throw error
    } finally {
      this.#slots = undefined
    }
  }

  /** Gives up the slots for which `isKept` says no; the others move together. Returns where each has gone, -1: nowhere. */
  compact(isKept: (slot: number) => boolean): Int32Array {
    const moved = new Int32Array(this.length).fill(-1)
    let to = 0
    for (let slot = 0; slot < this.length; slot++) {
      if (!isKept(slot)) continue
      moved[slot] = to
      this.#move(slot, to++)
    }
    this.#labels.compact(moved)
    this.namespaces.length = this.pods.length = this.containers.length = this.length = to
    return moved
  }

  /** Reads the line at `at` and returns where the next one starts. */
  #line(bytes: Uint8Array, at: number, defaultTimeMs: number): number {
    const first = bytes[at]
    if (first === HASH || first === NEWLINE) return bytes.indexOf(NEWLINE, at) + 1
    const family = familyAt(bytes, at)
    if (family === OTHER) return this.#otherLine(bytes, at, defaultTimeMs)
    const labelsAt = at + NAMES[family].length
    if (family > START) return this.#sample(bytes, labelsAt, at, family, -1, defaultTimeMs)
    const slot = this.#next[family]
    const length = slot < this.length ? this.#labels.lengthOf(slot) : 0
    if (length === 0 || !this.#labels.isAt(slot, bytes, labelsAt))
      return this.#newLine(bytes, labelsAt, at, family, defaultTimeMs)
    this.#next[family] = slot + 1
    return this.#sample(bytes, labelsAt + length, at, family, slot, defaultTimeMs)
  }

  /** A line that is not read must be right as well. */
  #otherLine(bytes: Uint8Array, at: number, defaultTimeMs: number): number {
    const end = endOfPlainSeries(bytes, at)
    return end < 0
      ? this.#strangeLine(bytes, at, defaultTimeMs)
      : this.#sample(bytes, end, at, OTHER, -1, defaultTimeMs)
  }

  /** The value and time behind a series; what does not end with them goes to the parser. */
  #sample(bytes: Uint8Array, from: number, line: number, family: number, slot: number, defaultTimeMs: number): number {
    if (bytes[from] !== SPACE || !this.#number.read(bytes, from + 1))
      return this.#strangeLine(bytes, line, defaultTimeMs)
    let end = this.#number.pos
    let timeMs = defaultTimeMs
    if (bytes[end] === SPACE) {
      if (!this.#time.read(bytes, end + 1)) return this.#strangeLine(bytes, line, defaultTimeMs)
      timeMs = this.#time.value
      if (!isWhole(bytes, end + 1, this.#time.pos)) return this.#strangeLine(bytes, line, defaultTimeMs)
      end = this.#time.pos
    }
    if (bytes[end] !== NEWLINE || !Number.isSafeInteger(timeMs)) return this.#strangeLine(bytes, line, defaultTimeMs)
    this.#take(family, slot, this.#number.value, timeMs)
    return end + 1
  }

  #take(family: number, slot: number, value: number, timeMs: number): void {
    if (family === OTHER) return
    if (timeMs < 0) throw new KubeletBodyError(`${NAMES[family].toString()} has a time before 1970`)
    if (family > START) {
      this.nodeTimestampMs = timeMs
      if (family === NODE_CPU) this.nodeCpu = wholeOf(value * 1e9)
      else this.nodeMemory = wholeOf(value)
      return
    }
    if (this.seenIn[slot] !== this.body) this.#begin(slot)
    if (family === START) this.startMs[slot] = value * 1000
    else {
      this.timestampMs[slot] = timeMs
      if (family === CPU) this.cpu[slot] = wholeOf(value * 1e9)
      else this.memory[slot] = wholeOf(value)
    }
  }

  #begin(slot: number): void {
    this.seenIn[slot] = this.body
    this.seen++
    this.timestampMs[slot] = this.startMs[slot] = this.cpu[slot] = this.memory[slot] = 0
  }

  /** A line of a container that was not expected here: its place among the slots is looked up, or made. */
  #newLine(bytes: Uint8Array, labelsAt: number, line: number, family: number, defaultTimeMs: number): number {
    const end = bytes[labelsAt] === BRACE ? endOfLabels(bytes, labelsAt) : -1
    if (end < 0) return this.#strangeLine(bytes, line, defaultTimeMs)
    const parser = parsed(bytes, line)
    const slot = this.#slotOf(parser, bytes.subarray(labelsAt, end))
    this.#next[family] = slot + 1
    return this.#sample(bytes, end, line, family, slot, defaultTimeMs)
  }

  /** Any other line, in the plain way. */
  #strangeLine(bytes: Uint8Array, line: number, defaultTimeMs: number): number {
    const next = bytes.indexOf(NEWLINE, line) + 1
    if (isBlank(bytes, line, next)) return next
    const parser = parsed(bytes, line)
    const family = NAMES.findIndex((name) => name.toString() === parser.name)
    if (family < 0) return next
    const slot = family > START ? -1 : this.#slotOf(parser, undefined)
    this.#take(family, slot, parser.value, parser.hasTimestamp ? parser.timestampMs : defaultTimeMs)
    return next
  }

  #slotOf({ pairs }: TextParser, bytes: Uint8Array | undefined): number {
    const [namespace, pod, container] = ['namespace', 'pod', 'container'].map((name) => valueOf(pairs, name))
    this.#slots ??= new Map(
      this.containers.map((_, slot) => [slotKey(this.namespaces[slot], this.pods[slot], this.containers[slot]), slot]),
    )
    const key = slotKey(namespace, pod, container)
    const found = this.#slots.get(key)
    if (found !== undefined) return found
    const slot = this.#add(namespace, pod, container, bytes)
    this.#slots.set(key, slot)
    return slot
  }

  #add(namespace: string, pod: string, container: string, bytes: Uint8Array | undefined): number {
    const slot = this.length
    if (this.seen >= MAX_CONTAINERS) throw new KubeletBodyError(`it tells of more than ${MAX_CONTAINERS} containers`)
    if (slot >= this.seenIn.length) this.#grow()
    this.length++
    this.namespaces.push(namespace)
    this.pods.push(pod)
    this.containers.push(container)
    this.#labels.push(bytes ?? new Uint8Array(0))
    this.seenIn[slot] = 0
    return slot
  }

  #grow(): void {
    const size = Math.max(8, Math.ceil(this.seenIn.length * 1.5))
    const larger = (column: Float64Array) => {
      const grown = new Float64Array(size)
      grown.set(column)
      return grown
    }
    this.seenIn = larger(this.seenIn)
    this.timestampMs = larger(this.timestampMs)
    this.startMs = larger(this.startMs)
    this.cpu = larger(this.cpu)
    this.memory = larger(this.memory)
  }

  #move(from: number, to: number): void {
    this.namespaces[to] = this.namespaces[from]
    this.pods[to] = this.pods[from]
    this.containers[to] = this.containers[from]
    for (const column of [this.seenIn, this.timestampMs, this.startMs, this.cpu, this.memory]) column[to] = column[from]
  }

  /** After a body that cannot be taken: nothing of it is told. */
  #forget(): void {
    this.body++
    this.nodeTimestampMs = this.nodeCpu = this.nodeMemory = 0
  }
}

function familyAt(bytes: Uint8Array, at: number): number {
  for (let family = 0; family < NAMES.length; family++) {
    const name = NAMES[family]
    const behind = bytes[at + name.length]
    if ((behind === BRACE || behind === SPACE) && hasBytesAt(name, 0, name.length, bytes, at)) return family
  }
  return OTHER
}

function parsed(bytes: Uint8Array, line: number): TextParser {
  const end = bytes.indexOf(NEWLINE, line) + 1
  const parser = new TextParser(Buffer.from(bytes.buffer, bytes.byteOffset + line, end - line))
  if (!parser.next() && parser.err !== '') throw new KubeletBodyError(`line ${lineNumber(bytes, line)}: ${parser.err}`)
  return parser
}

function valueOf(pairs: readonly string[], name: string): string {
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1]
  return ''
}

function slotKey(namespace: string, pod: string, container: string): string {
  return `${namespace}/${pod}/${container}`
}

/** Counts are whole; what is no count is none. */
function wholeOf(value: number): number {
  return value > 0 && value < 2 ** 64 ? Math.trunc(value) : 0
}
