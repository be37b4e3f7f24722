/** So many Go sorts by inserting. */
const INSERTED = 12

/**
 * The k best of some values with their indexes, as Go's container/heap and sort keep and order them: of equal values it hangs
 * on the heap's order which are kept. The worst is at the root; NaN is worse than all.
 */
export class ValueHeap {
  readonly #limit: number
  readonly #isWorse: (a: number, b: number) => boolean
  readonly #values: number[] = []
  readonly #indexes: number[] = []

  /** isWorse: of two numbers. */
  constructor(limit: number, isWorse: (a: number, b: number) => boolean) {
    this.#limit = limit
    this.#isWorse = isWorse
  }

  add(index: number, value: number): void {
    const values = this.#values
    if (values.length < this.#limit) {
      values.push(value)
      this.#indexes.push(index)
      this.#up(values.length - 1)
      return
    }
    const root = values[0]
    if (!this.#isWorse(root, value) && !(root !== root && value === value)) return
    values[0] = value
    this.#indexes[0] = index
    this.#down()
  }

  /** The indexes, best first. */
  sorted(): number[] {
    if (this.#values.length > INSERTED) return this.#sortedMany()
    for (let i = 1; i < this.#values.length; i++)
      for (let j = i; j > 0 && this.#isLess(j - 1, j); j--) this.#swap(j, j - 1)
    return this.#indexes
  }

  /** Of so many nobody has laid down how equal ones are ordered. */
  #sortedMany(): number[] {
    const places = [...this.#indexes.keys()]
    places.sort((i, j) => Number(this.#isLess(i, j)) - Number(this.#isLess(j, i)))
    return places.map((place) => this.#indexes[place])
  }

  #isLess(i: number, j: number): boolean {
    const a = this.#values[i]
    return a !== a || this.#isWorse(a, this.#values[j])
  }

  #up(at: number): void {
    for (let parent = (at - 1) >> 1; at > 0 && this.#isLess(at, parent); parent = (at - 1) >> 1) {
      this.#swap(at, parent)
      at = parent
    }
  }

  #down(): void {
    const count = this.#values.length
    for (let at = 0, child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && this.#isLess(child + 1, child)) child++
      if (!this.#isLess(child, at)) return
      this.#swap(at, child)
      at = child
    }
  }

  #swap(i: number, j: number): void {
    const [value, index] = [this.#values[i], this.#indexes[i]]
    this.#values[i] = this.#values[j]
    this.#indexes[i] = this.#indexes[j]
    this.#values[j] = value
    this.#indexes[j] = index
  }
}
