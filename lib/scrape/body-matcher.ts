import type { BodyFormat } from '#lib/exposition'
import type { BodyBuffer } from '#lib/http'
import type { Labels } from '#lib/model'
import type { SampleGroup } from '#lib/storage'
import { EntryMatcher } from './entry-matcher.ts'
import { LineMatcher } from './line-matcher.ts'
import type { PoolOptions } from './pool.ts'
import type { SeriesMatcher } from './series-matcher.ts'

/** Matches the bodies of one target, each in the way that its format allows; a target may change its format. */
export class BodyMatcher {
  /** How many samples the next bodies may have for the namespace of the target. */
  allowance: number
  readonly #group: SampleGroup
  readonly #labels: Labels
  readonly #options: PoolOptions
  #lines: LineMatcher | undefined
  #entries: EntryMatcher | undefined
  /** The one that takes this body. */
  #active: SeriesMatcher | undefined

  constructor(group: SampleGroup, labels: Labels, options: PoolOptions) {
    this.allowance = Infinity
    this.#group = group
    this.#labels = labels
    this.#options = options
    this.#lines = undefined
    this.#entries = undefined
    this.#active = undefined
  }

  /** Starts with a body, which must stay as it is until `step` says that it is done. */
  begin(body: BodyBuffer, format: BodyFormat): void {
    if (format === 'protobuf' || this.#options.convertHistograms) {
      this.#entries ??= new EntryMatcher(this.#group, this.#labels, this.#options)
      this.#entries.begin(body, format)
      this.#active = this.#entries
    } else {
      this.#lines ??= new LineMatcher(this.#group, this.#labels, this.#options)
      this.#lines.begin(body, format)
      this.#active = this.#lines
    }
    this.#active.allowance = this.allowance
  }

  /**
   * Adds samples of the body to the group, whose commit has begun, and at the end stale markers for the series that
   * are gone. Returns whether it is done; where not, it wants to be called again. A body that is refused leaves `err`,
   * and the caller rolls back.
   */
  step(body: BodyBuffer): boolean {
    const active = this.#active
    const isDone = active === this.#entries ? this.#entries?.step() : this.#lines?.step(body)
    if (!isDone) return false
    const other = this.#other()
    if (active?.err === '' && other?.isStale === false) other.addStaleExcept(active.present())
    return true
  }

  /** The commit of the last body succeeded: the next one is matched against its lines. */
  accept(): void {
    this.#active?.accept()
    this.#other()?.acceptStale()
  }

  /** Adds stale markers for all series: the target failed or is gone. Once, until a body comes again. */
  addStaleForAll(): void {
    this.#lines?.addStaleForAll()
    this.#entries?.addStaleForAll()
  }

  /** The commit of the stale markers succeeded. */
  acceptStale(): void {
    this.#lines?.acceptStale()
    this.#entries?.acceptStale()
  }

  #other(): SeriesMatcher | undefined {
    return this.#active === this.#lines ? this.#entries : this.#lines
  }

  /** Samples of the last body. */
  get samples(): number {
    return this.#active?.samples ?? 0
  }

  /** Those of them that the pool's rules dropped. */
  get dropped(): number {
    return this.#active?.dropped ?? 0
  }

  /** Series of the last body that the body before did not have. */
  get added(): number {
    return this.#active?.added ?? 0
  }

  /** Samples and series of the last body that the store refused, by its reason. */
  get refused(): ReadonlyMap<string, number> {
    return this.#active?.refused ?? new Map<string, number>()
  }

  /** Why the last body was refused, or ''. */
  get err(): string {
    return this.#active?.err ?? ''
  }

  /** Which limit it broke, if that is why. */
  get brokenLimit(): SeriesMatcher['brokenLimit'] {
    return this.#active?.brokenLimit ?? ''
  }
}
