import { KubeletTable } from './kubelet-table.ts'

/** A container that is younger than this has used too little for a rate. */
const FRESH_MS = 10_000
/** Slots of containers that are gone are given up when there are so many of them. */
const GONE_AT_LEAST = 16

interface Reading {
  timestampMs: number
  cpu: number
  memory: number
}

/** Whether there are figures, or what they lack: a second reading, a counter, or one that did not fall. */
export type FiguresState = 'rated' | 'read-once' | 'incomplete' | 'fell'

/** The last two readings of a node and of each of its containers. */
export class KubeletFigures {
  /** Of the node. */
  readonly name: string
  readonly node: { last: Reading; before: Reading } = { last: reading(), before: reading() }
  /** Containers that have a rate. */
  ratedContainers = 0
  readonly #table = new KubeletTable()
  readonly #resolutionMs: number
  readonly #index: Map<string, KubeletFigures>
  /** Slots of each pod, by `namespace/name`. */
  readonly #pods = new Map<string, number[]>()
  /** By slot: the reading that answers and the one before it; a time of 0: none. */
  #last = new Columns(0)
  #before = new Columns(0)
  #known = 0

  /** `index` tells for each pod which kubelet told of it last; shared by all kubelets. */
  constructor(name: string, resolutionMs: number, index: Map<string, KubeletFigures>) {
    this.name = name
    this.#resolutionMs = resolutionMs
    this.#index = index
  }

  /** Takes what the kubelet says now. Throws a KubeletBodyError for what cannot be taken; nothing is known then. */
  take(body: Uint8Array, defaultTimeMs: number): void {
    try {
      this.#table.read(body, defaultTimeMs)
    } catch (error) {
      this.#table.compact((slot) => slot < this.#known)
      this.clear()
      throw error
    }
    this.#learnSlots()
    this.#takeNode()
    this.ratedContainers = 0
    for (const [key, slots] of this.#pods) this.#takePod(key, slots)
    const gone = this.#table.length - this.#table.seen
    if (gone > GONE_AT_LEAST && gone * 2 > this.#table.length) this.#compact()
  }

  /** Forgets all readings; that its pods are its own is remembered. */
  clear(): void {
    this.node.last = reading()
    this.node.before = reading()
    this.#last.time.fill(0)
    this.#before.time.fill(0)
    this.ratedContainers = 0
  }

  /** The node is gone: its pods are nobody's. */
  leaveAll(): void {
    this.clear()
    for (const key of this.#pods.keys()) this.#leave(key)
  }

  /** How far the figures of the node itself have come. */
  nodeState(): FiguresState {
    const { last, before } = this.node
    if (last.timestampMs === 0) return 'incomplete'
    if (before.timestampMs === 0) return 'read-once'
    return last.cpu < before.cpu ? 'fell' : 'rated'
  }

  /** The containers of a pod that are told of completely. */
  slotsOf(pod: string): number[] {
    return (this.#pods.get(pod) ?? []).filter((slot) => this.#last.time[slot] !== 0)
  }

  /** How far the figures of a pod have come. */
  stateOf(pod: string): FiguresState {
    const slots = this.slotsOf(pod)
    if (slots.length === 0) return 'incomplete'
    return slots.every((slot) => this.#before.time[slot] !== 0) ? 'rated' : 'read-once'
  }

  containerName(slot: number): string {
    return this.#table.containers[slot]
  }

  readings(slot: number): { last: Reading; before: Reading } {
    return { last: this.#last.at(slot), before: this.#before.at(slot) }
  }

  #learnSlots(): void {
    const { length, namespaces, pods } = this.#table
    if (length === this.#known) return
    this.#last = this.#last.atLeast(length)
    this.#before = this.#before.atLeast(length)
    for (let slot = this.#known; slot < length; slot++) {
      const key = `${namespaces[slot]}/${pods[slot]}`
      const slots = this.#pods.get(key)
      if (slots === undefined) this.#pods.set(key, [slot])
      else slots.push(slot)
    }
    this.#known = length
  }

  #takeNode(): void {
    const { nodeTimestampMs: timestampMs, nodeCpu: cpu, nodeMemory: memory } = this.#table
    const { last, before } = this.node
    const isComplete = timestampMs > 0 && cpu > 0 && memory > 0
    if (!isComplete) {
      this.node.last = reading()
      this.node.before = reading()
      return
    }
    this.node.last = { timestampMs, cpu, memory }
    if (last.timestampMs === 0) return
    if (timestampMs > last.timestampMs) this.node.before = last
    else if (timestampMs <= before.timestampMs) this.node.before = reading()
  }

  /** A pod is told of when all of its containers that were named have both figures. */
  #takePod(key: string, slots: readonly number[]): void {
    const { seenIn, body, timestampMs, cpu, memory } = this.#table
    let seen = 0
    let isComplete = true
    for (const slot of slots) {
      if (seenIn[slot] !== body) continue
      seen++
      if (!(timestampMs[slot] > 0 && cpu[slot] > 0 && memory[slot] > 0)) isComplete = false
    }
    if (seen === 0 || !isComplete) {
      for (const slot of slots) this.#lose(slot)
      if (seen === 0) this.#leave(key)
      else this.#index.set(key, this)
      return
    }
    for (const slot of slots) {
      if (seenIn[slot] === body) this.#takeContainer(slot)
      else this.#lose(slot)
    }
    this.#index.set(key, this)
  }

  #takeContainer(slot: number): void {
    const { timestampMs, startMs, cpu, memory } = this.#table
    const time = timestampMs[slot]
    const start = startMs[slot]
    const lastTime = this.#last.time[slot]
    const age = time - start
    if (start < time && age < this.#resolutionMs && age >= FRESH_MS) this.#before.set(slot, start, 0, 0)
    else if (lastTime === 0 || start >= lastTime) this.#before.time[slot] = 0
    else if (time > lastTime) this.#before.copy(slot, this.#last)
    else if (time <= this.#before.time[slot]) this.#before.time[slot] = 0
    this.#last.set(slot, time, cpu[slot], memory[slot])
    if (this.#before.time[slot] !== 0) this.ratedContainers++
  }

  #lose(slot: number): void {
    this.#last.time[slot] = this.#before.time[slot] = 0
  }

  /** Another kubelet may tell of it by now. */
  #leave(key: string): void {
    if (this.#index.get(key) === this) this.#index.delete(key)
  }

  #compact(): void {
    const { seenIn, body } = this.#table
    const moved = this.#table.compact((slot) => seenIn[slot] === body)
    const last = new Columns(0).atLeast(this.#table.length)
    const before = new Columns(0).atLeast(this.#table.length)
    moved.forEach((to, from) => {
      if (to < 0) return
      last.copy(to, this.#last, from)
      before.copy(to, this.#before, from)
    })
    this.#last = last
    this.#before = before
    this.#known = 0
    this.#pods.clear()
    this.#learnSlots()
  }
}

/** Readings by slot. */
class Columns {
  readonly time: Float64Array
  readonly cpu: Float64Array
  readonly memory: Float64Array

  constructor(size: number) {
    this.time = new Float64Array(size)
    this.cpu = new Float64Array(size)
    this.memory = new Float64Array(size)
  }

  /** Itself, or a larger copy. */
  atLeast(size: number): Columns {
    if (size <= this.time.length) return this
    const larger = new Columns(Math.max(size, Math.ceil(this.time.length * 1.5)))
    larger.time.set(this.time)
    larger.cpu.set(this.cpu)
    larger.memory.set(this.memory)
    return larger
  }

  set(slot: number, time: number, cpu: number, memory: number): void {
    this.time[slot] = time
    this.cpu[slot] = cpu
    this.memory[slot] = memory
  }

  copy(slot: number, from: Columns, at = slot): void {
    this.set(slot, from.time[at], from.cpu[at], from.memory[at])
  }

  at(slot: number): Reading {
    return { timestampMs: this.time[slot], cpu: this.cpu[slot], memory: this.memory[slot] }
  }
}

function reading(): Reading {
  return { timestampMs: 0, cpu: 0, memory: 0 }
}
