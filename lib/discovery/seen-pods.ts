import { addContainerLabels } from './build-pod.ts'
import { addPodLabels, joinHostPort, type Labels, type Lookups } from './meta-labels.ts'
import type { ContainerRecord, PodRecord, TargetRefRecord } from './records.ts'

interface Seen {
  readonly pod: PodRecord
  readonly ports: Set<number>
}

/** The pods behind the endpoints of one group, and which of their ports the endpoints cover. */
export class SeenPods {
  private readonly lookups: Lookups
  private readonly seen = new Map<string, Seen>()

  constructor(lookups: Lookups) {
    this.lookups = lookups
  }

  /** The pod that an endpoint refers to, where it is known; `port` is covered from now on. */
  see(target: TargetRefRecord | undefined, port: number | undefined): PodRecord | undefined {
    const pod = target?.kind === 'Pod' ? this.lookups.pod(target.namespace, target.name) : undefined
    if (!pod) return undefined
    const key = `${pod.namespace}/${pod.name}`
    const seen = this.seen.get(key) ?? { pod, ports: new Set() }
    this.seen.set(key, seen)
    if (port !== undefined) seen.ports.add(port)
    return pod
  }

  /** Targets for the ports of these pods that no endpoint covers. */
  otherPorts(): Labels[] {
    return [...this.seen.values()]
      .filter(({ pod }) => pod.ip !== '')
      .flatMap((seen) => seen.pod.containers.flatMap((container) => this.portsOf(seen, container)))
  }

  private portsOf({ pod, ports }: Seen, container: ContainerRecord): Labels[] {
    return container.ports
      .filter(({ number }) => !ports.has(number))
      .map((port) => {
        const target: Labels = { __address__: joinHostPort(pod.ip, port.number) }
        addContainerLabels(target, container, port)
        addPodLabels(target, pod, this.lookups)
        return target
      })
  }
}
