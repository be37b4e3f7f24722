/** Lets one at a time do something, in the order of asking. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs the action once all before it have ended, however they did. */
  run<T>(action: () => Promise<T> | T): Promise<T> {
    const turn = this.#last.then(action)
    this.#last = turn.catch(() => undefined) // who asked for it is told
    return turn
  }
}
