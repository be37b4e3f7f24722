import { podLabels } from './container-info.ts'

import { type Scope, seesNamespace } from '#lib/storage'
import type { ContainerInfo } from './container-info.ts'

/** The live containers, read under a scope. */
export class ContainerList {
  readonly #source: () => readonly ContainerInfo[]

  constructor(source: () => readonly ContainerInfo[]) {
    this.#source = source
  }

  /** All containers that the scope lets its reader see, by name. */
  read(scope: Scope): ContainerInfo[] {
    const visible = this.#source().filter((container) => isVisible(scope, container))
    return visible.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  }
}

function isVisible(scope: Scope, container: ContainerInfo): boolean {
  if (scope.kind === 'everything') return true
  const namespace = container.labels[podLabels.namespace]
  return seesNamespace(scope, namespace ?? '')
}
