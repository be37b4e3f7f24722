import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ContainerInfo, podLabels } from './container-info.ts'

/** `POD_NAMESPACE_CONTAINER-ID.log`: the link that the kubelet makes for each container. */
const LINK = /^([^_]+)_([^_]+)_(.+)-([0-9a-f]{64})\.log$/
const READ_MS = 10_000
const MOST = 20_000

/** Whose containers are, as the kubelet names their logs: no runtime needs to be asked. */
export class LogNames {
  readonly #folder: string
  readonly #now: () => number
  #names = new Map<string, Pick<ContainerInfo, 'name' | 'labels'>>()
  #readMs = -Infinity
  #problem: string | undefined

  /** `logs`: the machine's /var/log. */
  constructor(logs: string, now: () => number) {
    this.#folder = join(logs, 'containers')
    this.#now = now
  }

  /** The container of this id; undefined for one that the kubelet did not start. */
  get(id: string): Pick<ContainerInfo, 'name' | 'labels'> | undefined {
    this.#read()
    return this.#names.get(id)
  }

  /** Why nobody is named; undefined while all is well. */
  problem(): string | undefined {
    this.#read()
    return this.#problem
  }

  #read(): void {
    if (this.#now() - this.#readMs < READ_MS) return
    this.#readMs = this.#now()
    try {
      const links = readdirSync(this.#folder).slice(0, MOST)
      this.#names = new Map(links.flatMap((link) => nameOf(link) ?? []))
      this.#problem = undefined
    } catch (error) {
      this.#problem = `${this.#folder}: ${(error as Error).message}`
    }
  }
}

/** What a link tells, by the id of its container. */
function nameOf(link: string): [[string, Pick<ContainerInfo, 'name' | 'labels'>]] | undefined {
  const [, pod, namespace, container, id] = LINK.exec(link) ?? []
  if (id === undefined) return undefined
  const labels = { [podLabels.pod]: pod, [podLabels.namespace]: namespace, [podLabels.container]: container }
  return [[id, { name: container, labels }]]
}
