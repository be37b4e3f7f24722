import type { TelemetryFamily } from '#lib/telemetry'
import type { Cycle } from './cycle.ts'
import type { FigureStore } from './figure-store.ts'
import type { ObjectSource } from './figures.ts'

/** A node or pod without figures, and why. */
export interface Missing {
  readonly kind: 'node' | 'pod'
  /** '' for a pod that no kubelet has told of. */
  readonly node: string
  readonly namespace: string
  readonly pod: string
  /** `kubelet-…`, `not-read-yet`, `read-once`, `counter-fell`, `incomplete` or `not-told`. */
  readonly reason: string
  /** One sentence. */
  readonly text: string
  /** Figures come by themselves at the next cycle. */
  readonly isExpected: boolean
}

export interface MissingParts {
  readonly objects: ObjectSource
  readonly store: FigureStore
  readonly cycle: Cycle
  readonly resolutionMs: number
}

/** A reason alone. */
type Why = Pick<Missing, 'reason' | 'text' | 'isExpected'>

/** No figure without a reason: what has none, and why. */
export function* missingFigures(parts: MissingParts): Generator<Missing> {
  const { objects, store } = parts
  for (const { name } of objects.nodes()) {
    if (store.node(name) !== undefined) continue
    yield { kind: 'node', node: name, namespace: '', pod: '', ...whyNoNode(parts, name) }
  }
  for (const { namespace, name } of objects.pods('')) {
    const told = store.told(namespace, name)
    if (told?.state === 'rated') continue
    yield { kind: 'pod', node: told?.node ?? '', namespace, pod: name, ...whyNoPod(parts, told) }
  }
}

/** The sentence for one node or pod; undefined where nothing is missing. */
export function whyMissing(
  parts: MissingParts,
  plural: 'nodes' | 'pods',
  namespace: string,
  name: string,
): string | undefined {
  const { objects, store } = parts
  if (plural === 'nodes') return objects.node(name) && whyNoNode(parts, name).text
  const told = store.told(namespace, name)
  return objects.pod(namespace, name) && told?.state !== 'rated' ? whyNoPod(parts, told).text : undefined
}

/** So many pods are told of one by one: a whole cluster that cannot be read must not fill whoever scrapes this. */
const PODS_TOLD = 5000

/**
 * `binnacle_resource_metrics_missing_info`: a series for each node and pod without figures, of pods the first 5,000;
 * `binnacle_resource_metrics_missing`: how many there are in all.
 */
export function missingFamilies(missing: Iterable<Missing>): TelemetryFamily[] {
  const told: TelemetryFamily['metrics'][number][] = []
  const counts = new Map<string, { readonly labels: string[]; value: number }>()
  let pods = 0
  for (const { kind, node, namespace, pod, reason, text } of missing) {
    const key = `${kind} ${reason}`
    const count = counts.get(key) ?? { labels: ['kind', kind, 'reason', reason], value: 0 }
    counts.set(key, count)
    count.value++
    if (kind === 'pod' && ++pods > PODS_TOLD) continue
    told.push({
      labels: ['node', node, 'namespace', namespace, 'pod', pod, 'reason', reason, 'text', text],
      value: 1,
    })
  }
  return [
    {
      name: 'binnacle_resource_metrics_missing_info',
      help: 'Nodes and pods (pod is not empty) without figures in metrics.k8s.io, and why; of pods the first 5000.',
      type: 'gauge',
      metrics: told,
    },
    {
      name: 'binnacle_resource_metrics_missing',
      help: 'How many nodes and pods are without figures in metrics.k8s.io.',
      type: 'gauge',
      metrics: [...counts.values()],
    },
  ]
}

function whyNoNode({ store, cycle, resolutionMs }: MissingParts, node: string): Why {
  const state = cycle.state(node)
  if (state === undefined)
    return { reason: 'not-read-yet', text: 'Its kubelet is read for the first time.', isExpected: true }
  if (state.failure !== '') return ofKubelet(node, state)
  const figures = store.nodeState(node)
  if (figures === 'fell')
    return {
      reason: 'counter-fell',
      text: 'Its CPU counter has fallen, as it does when the node starts again.',
      isExpected: true,
    }
  if (figures === 'incomplete')
    return {
      reason: 'incomplete',
      text: `The kubelet of ${node} tells no CPU or memory use of the node.`,
      isExpected: false,
    }
  return { ...readOnce(resolutionMs), isExpected: cycle.done < 3 }
}

function whyNoPod(parts: MissingParts, told: ReturnType<FigureStore['told']>): Why {
  const { cycle, resolutionMs } = parts
  if (told === undefined) return notTold(cycle)
  const state = cycle.state(told.node)
  if (state !== undefined && state.failure !== '') return ofKubelet(told.node, state)
  if (told.state === 'read-once') return { ...readOnce(resolutionMs), isExpected: true }
  const text = `The kubelet of ${told.node} names its containers without CPU or memory use.`
  return { reason: 'incomplete', text, isExpected: false }
}

function readOnce(resolutionMs: number): Pick<Why, 'reason' | 'text'> {
  const text = `It has been read once; a rate needs two readings, ${resolutionMs / 1000} s apart.`
  return { reason: 'read-once', text }
}

function ofKubelet(node: string, { failure, text }: { readonly failure: string; readonly text: string }): Why {
  const isExpected = failure === 'not-tried'
  return { reason: `kubelet-${failure}`, text: `The kubelet of ${node} is not read: ${text}.`, isExpected }
}

/** The pods are watched without their node: any kubelet that cannot be read may be theirs. */
function notTold(cycle: Cycle): Why {
  const [first, ...others] = cycle.failures()
  if (first === undefined) {
    const text = 'No kubelet tells of it yet: its containers have just started, or are about to end.'
    return { reason: 'not-told', text, isExpected: true }
  }
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  const text = `No kubelet tells of it; that of ${first[0]}${more} is not read: ${first[1].text}.`
  return { reason: `kubelet-${first[1].failure}`, text, isExpected: false }
}
