/** Our own mistake: a state that cannot be. Never repaired in silence. */
export function bug(what: string): never {
  throw new Error(`bug: ${what}`)
}
