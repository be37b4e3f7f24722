import type { Scope } from '#lib/storage'
import { reuse } from './reuse.ts'
import { sees } from './scope.ts'

/** A row of a list. */
export interface Keyed {
  readonly key: string
}

/** What a row is made from. */
export interface RowSource<Row extends Keyed> {
  readonly key: string
  /** Whoever sees this namespace sees the row; '': whoever sees the cluster itself. */
  readonly namespace: string
  /** The row is made again when one of these is another object or value. */
  readonly inputs: readonly unknown[]
  make(nowMs: number): RowNow<Row>
}

/** A row, and until when it holds if none of its inputs changes. */
export interface RowNow<Row> {
  readonly row: Row
  readonly untilMs: number
}

/** A list as a whole, or what has changed in it after an earlier version. */
export type ListAnswer<Row> = WholeList<Row> | ListChanges<Row>

export interface WholeList<Row> {
  readonly version: number
  readonly rows: readonly Row[]
}

export interface ListChanges<Row> {
  readonly version: number
  readonly changed: readonly Row[]
  readonly removed: readonly string[]
}

interface KeptRow<Row> {
  row: Row
  inputs: readonly unknown[]
  untilMs: number
  /** The look that saw it last. */
  look: number
  namespace: string
}

interface Change {
  readonly version: number
  readonly key: string
  readonly namespace: string
}

/** The most changes that are remembered; a reader who has missed more is sent the whole list. */
const REMEMBERED = 20_000

/**
 * A list that tells what has changed since a version. It is brought up to date when it is read: a row is made again only
 * when something that it is made from has changed, and counts as changed only when it then differs. Versions are times of
 * reading, so that they tell a reader nothing of rows that are not theirs.
 */
export class VersionedList<Row extends Keyed> {
  readonly #rows = new Map<string, KeptRow<Row>>()
  #changes: Change[] = []
  /** Changes up to this version are no longer known. */
  #forgotten = 0
  #version = 0
  #look = 0

  /** Begins a reading: what it is answered with has a version of its own, whether or not anything has changed. */
  begin(nowMs: number): void {
    this.#version = Math.max(this.#version + 1, nowMs)
  }

  /** Looks through what the rows are made from. */
  update(sources: Iterable<RowSource<Row>>, nowMs: number): void {
    this.begin(nowMs)
    this.#look++
    for (const source of sources) this.#see(source, nowMs)
    for (const [key, kept] of this.#rows) if (kept.look !== this.#look) this.#remove(key, kept)
    // What the first look finds is no change: whoever read an earlier list is sent this one whole.
    if (this.#look === 1) this.#forget(this.#changes.length)
    if (this.#changes.length > REMEMBERED) this.#forget(this.#changes.length - REMEMBERED / 2)
  }

  /** All rows that a reader may see. */
  whole(scope: Scope): WholeList<Row> {
    const rows: Row[] = []
    for (const { row, namespace } of this.#rows.values()) if (sees(scope, namespace)) rows.push(row)
    return { version: this.#version, rows }
  }

  /** What a reader may see of the changes after a version; undefined when there are none. */
  since(scope: Scope, version: number): ListAnswer<Row> | undefined {
    if (version < this.#forgotten || version >= this.#version) return this.whole(scope)
    const keys = new Set<string>()
    for (let i = this.#firstAfter(version); i < this.#changes.length; i++)
      if (sees(scope, this.#changes[i].namespace)) keys.add(this.#changes[i].key)
    if (keys.size === 0) return undefined
    const changed: Row[] = []
    const removed: string[] = []
    for (const key of keys) {
      const kept = this.#rows.get(key)
      if (kept) changed.push(kept.row)
      else removed.push(key)
    }
    return { version: this.#version, changed, removed }
  }

  #see(source: RowSource<Row>, nowMs: number): void {
    const kept = this.#rows.get(source.key)
    if (kept) kept.look = this.#look
    if (kept && nowMs < kept.untilMs && isEach(kept.inputs, source.inputs)) return
    const made = source.make(nowMs)
    const row = reuse(kept?.row, made.row)
    const { key, namespace, inputs } = source
    this.#rows.set(key, { row, inputs, untilMs: made.untilMs, look: this.#look, namespace })
    if (row !== kept?.row) this.#note(key, namespace)
  }

  #remove(key: string, { namespace }: KeptRow<Row>): void {
    this.#rows.delete(key)
    this.#note(key, namespace)
  }

  #note(key: string, namespace: string): void {
    this.#changes.push({ version: this.#version, key, namespace })
  }

  #forget(count: number): void {
    this.#forgotten = this.#changes[count - 1]?.version ?? this.#version
    this.#changes = this.#changes.slice(count)
  }

  /** Where the changes after a version begin. */
  #firstAfter(version: number): number {
    let low = 0
    let high = this.#changes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#changes[middle].version > version) high = middle
      else low = middle + 1
    }
    return low
  }
}

function isEach(a: readonly unknown[], b: readonly unknown[]): boolean {
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) return false
  return a.length === b.length
}
