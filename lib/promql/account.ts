/** An amount that a query may hold so much of at a time, such as samples; refuses what goes beyond. */
export class Account {
  readonly #most: number
  readonly #refuse: () => never
  /** In values that are made and still needed. */
  #made = 0
  /** In leaves that were fed and not asked yet. */
  #gathered = 0
  /** In values that are being made. */
  growing = 0
  peak = 0

  constructor(most: number, refuse: () => never) {
    this.#most = most
    this.#refuse = refuse
  }

  /** Of a value that is being made. */
  grow(amount: number): void {
    this.growing += amount
    this.#check()
  }

  /** A value is made: what was counted while it grew becomes what it holds. */
  settle(growingBefore: number, amount: number): void {
    this.growing = growingBefore
    this.#made += amount
    this.#check()
  }

  /** What has grown lies in leaves from now on. */
  gather(): void {
    this.#gathered += this.growing
    this.growing = 0
  }

  /** A leaf hands on what it has gathered. */
  handOver(amount: number): void {
    this.#gathered -= amount
  }

  /** A value is let go. */
  release(amount: number): void {
    this.#made -= amount
  }

  #check(): void {
    const held = this.#made + this.growing + this.#gathered
    if (held > this.peak) this.peak = held
    if (held > this.#most) this.#refuse()
  }
}
