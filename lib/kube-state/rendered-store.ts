import type { Family, ResourceFamilies } from './family.ts'
import { familyHead } from './head.ts'
import { type AllowLists, TextLines } from './line-writer.ts'
import { type PackedText, packer } from './packed-text.ts'
import { GROUP_ROWS, RowGroup } from './row-group.ts'
import { TextHash } from './text-hash.ts'

/** What tells an object from all others of its resource. */
export interface StoredKey {
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
}

interface Stored {
  readonly metadata?: StoredKey & { readonly resourceVersion?: string }
}

/** One family of a store: its head in both formats. */
export interface FamilyHeads {
  readonly name: string
  readonly text: PackedText
  readonly openMetrics: PackedText
}

/** The lines of all objects of one resource, rendered once when an object comes or changes. It keeps no object. */
export class RenderedStore<T extends object = never> {
  readonly resource: ResourceFamilies<T>
  readonly #families: readonly Family<T>[]
  readonly #lines: TextLines
  readonly #hash = new TextHash()
  readonly #rows = new Map<string, number>()
  /** By row: an object listed again as it was is not rendered again. */
  readonly #versions: (string | undefined)[] = []
  readonly #free: number[] = []
  readonly #groups: RowGroup[] = []
  #heads: readonly FamilyHeads[] | undefined

  constructor(resource: ResourceFamilies<T>, families: readonly Family<T>[], allow?: AllowLists) {
    this.resource = resource
    this.#families = families
    this.#lines = new TextLines(allow)
  }

  get size(): number {
    return this.#rows.size
  }

  has(key: StoredKey | undefined): boolean {
    return this.#rows.has(keyOf(key))
  }

  /** Renders an object. False: nothing changed. */
  upsert(object: T): boolean {
    const { metadata } = object as Stored
    const key = keyOf(metadata)
    const known = this.#rows.get(key)
    const version = metadata?.resourceVersion
    if (known !== undefined && version !== undefined && this.#versions[known] === version) return false
    const row = known ?? this.#newRow(key)
    this.#versions[row] = version === undefined ? undefined : copyOf(version)
    return this.#render(object, row)
  }

  remove(key: StoredKey): boolean {
    const text = keyOf(key)
    const row = this.#rows.get(text)
    if (row === undefined) return false
    this.#rows.delete(text)
    this.#versions[row] = undefined
    this.#free.push(row)
    this.#groups[Math.floor(row / GROUP_ROWS)].erase(row % GROUP_ROWS)
    return true
  }

  /** The head of each family, in the order in which they are written. */
  get heads(): readonly FamilyHeads[] {
    this.#heads ??= this.#families.map((family) => ({
      name: family.name,
      text: packer.now(Buffer.from(familyHead(family, false))),
      openMetrics: packer.now(Buffer.from(familyHead(family, true))),
    }))
    return this.#heads
  }

  /** The lines of one family, in parts. */
  *parts(family: number): Iterable<PackedText> {
    for (const group of this.#groups) {
      const packed = group.packed(family)
      if (packed !== undefined) yield packed
    }
  }

  /** Text that waits to be merged, in characters. */
  get pendingBytes(): number {
    return this.#groups.reduce((sum, group) => sum + group.pendingBytes, 0)
  }

  /** Merges a little of what waits; false when nothing does. */
  mergeSome(): boolean {
    return this.#groups.some((group) => group.mergeOne())
  }

  get residentBytes(): number {
    return this.#groups.reduce((sum, group) => sum + group.residentBytes, 0)
  }

  #render(object: T, row: number): boolean {
    const lines = this.#lines
    const group = this.#groups[Math.floor(row / GROUP_ROWS)]
    let isChanged = false
    lines.startObject(this.resource.baseNames, this.resource.base(object))
    for (let i = 0; i < this.#families.length; i++) {
      lines.startFamily(this.#families[i].name)
      this.#families[i].lines(object, lines)
      this.#hash.update(lines.text)
      if (group.write(row % GROUP_ROWS, i, lines.text, this.#hash.low, this.#hash.high)) isChanged = true
    }
    return isChanged
  }

  #newRow(key: string): number {
    const row = this.#free.pop() ?? this.#versions.length
    this.#rows.set(copyOf(key), row)
    const group = Math.floor(row / GROUP_ROWS)
    if (group === this.#groups.length) {
      // The one before is full: its text waits no longer, so that a first list needs little room.
      this.#groups.at(-1)?.mergeAll()
      this.#groups.push(new RowGroup(this.#families.length))
    }
    return row
  }
}

function keyOf(key: StoredKey | undefined): string {
  return key?.uid || `${key?.namespace ?? ''}/${key?.name ?? ''}`
}

/** The same text by value: a slice of a parsed body would keep all of the body alive. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}
