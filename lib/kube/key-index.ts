import type { ObjectKey } from './object.ts'

/** Which objects exist: namespace → name → uid. Nothing else of an object is kept. */
export class KeyIndex {
  readonly #namespaces = new Map<string, Map<string, string>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  uid(namespace: string, name: string): string | undefined {
    return this.#namespaces.get(namespace)?.get(name)
  }

  set(namespace: string, name: string, uid: string): void {
    let names = this.#namespaces.get(namespace)
    if (names === undefined) this.#namespaces.set(namespace, (names = new Map()))
    const before = names.size
    names.set(name, uid)
    this.#size += names.size - before
  }

  delete(namespace: string, name: string): void {
    const names = this.#namespaces.get(namespace)
    if (names?.delete(name) !== true) return
    this.#size--
    if (names.size === 0) this.#namespaces.delete(namespace)
  }

  *[Symbol.iterator](): Generator<ObjectKey> {
    for (const [namespace, names] of this.#namespaces) for (const [name, uid] of names) yield { namespace, name, uid }
  }
}
