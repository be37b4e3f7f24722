import type { ContainerFigures, FigureSource, NodeFigures, PodFigures, Usage } from './figures.ts'
import { type FiguresState, KubeletFigures } from './kubelet-figures.ts'
import { bytesText, nanocoresText } from './quantity-text.ts'

/**
 * The newest figures of all kubelets: what each said last and what it said before, from which rates are made. A rate of
 * a container that has just started is taken over its life.
 */
export class FigureStore implements FigureSource {
  readonly #resolutionMs: number
  readonly #kubelets = new Map<string, KubeletFigures>()
  /** Which kubelet told of a pod last, by `namespace/name`. */
  readonly #pods = new Map<string, KubeletFigures>()

  /** `resolutionMs`: a container that is younger answers after one reading. */
  constructor(resolutionMs: number) {
    this.#resolutionMs = resolutionMs
  }

  /** The figures of a node's kubelet, to read a body into. */
  kubelet(node: string): KubeletFigures {
    const found = this.#kubelets.get(node) ?? new KubeletFigures(node, this.#resolutionMs, this.#pods)
    this.#kubelets.set(node, found)
    return found
  }

  /** The node is gone, or nothing may be told of it. */
  drop(node: string): void {
    this.#kubelets.get(node)?.leaveAll()
    this.#kubelets.delete(node)
  }

  node(name: string): NodeFigures | undefined {
    const known = this.#kubelets.get(name)
    if (known?.nodeState() !== 'rated') return undefined
    const { last, before } = known.node
    return {
      timestampMs: last.timestampMs,
      windowNs: windowNs(last.timestampMs, before.timestampMs),
      usage: usageOf(last, before),
    }
  }

  /** A pod has figures once each of its containers has two readings; one whose counter fell is left out of it. */
  pod(namespace: string, name: string): PodFigures | undefined {
    const key = `${namespace}/${name}`
    const kubelet = this.#pods.get(key)
    const slots = kubelet?.slotsOf(key) ?? []
    if (kubelet === undefined || slots.length === 0) return undefined
    const containers: ContainerFigures[] = []
    let earliest = { timestampMs: 0, windowNs: 0 }
    for (const slot of slots) {
      const { last, before } = kubelet.readings(slot)
      if (before.timestampMs === 0) return undefined
      if (last.cpu < before.cpu) continue
      containers.push({ name: kubelet.containerName(slot), usage: usageOf(last, before) })
      const time = { timestampMs: last.timestampMs, windowNs: windowNs(last.timestampMs, before.timestampMs) }
      if (earliest.timestampMs === 0 || time.timestampMs < earliest.timestampMs) earliest = time
    }
    return { ...earliest, containers }
  }

  /** How far the figures of a node have come. */
  nodeState(name: string): FiguresState {
    return this.#kubelets.get(name)?.nodeState() ?? 'incomplete'
  }

  /** Which node's kubelet told of a pod last, and how far its figures have come. */
  told(namespace: string, name: string): { node: string; state: FiguresState } | undefined {
    const key = `${namespace}/${name}`
    const kubelet = this.#pods.get(key)
    return kubelet && { node: kubelet.name, state: kubelet.stateOf(key) }
  }

  /** How many nodes and containers have a rate. */
  points(): { nodes: number; containers: number } {
    let nodes = 0
    let containers = 0
    for (const kubelet of this.#kubelets.values()) {
      if (kubelet.node.before.timestampMs !== 0) nodes++
      containers += kubelet.ratedContainers
    }
    return { nodes, containers }
  }
}

interface Reading {
  readonly timestampMs: number
  readonly cpu: number
  readonly memory: number
}

function usageOf(last: Reading, before: Reading): Usage {
  const seconds = (last.timestampMs - before.timestampMs) / 1000
  return { cpu: nanocoresText(Math.trunc((last.cpu - before.cpu) / seconds)), memory: bytesText(last.memory) }
}

function windowNs(lastMs: number, beforeMs: number): number {
  return Math.round((lastMs - beforeMs) * 1e6)
}
