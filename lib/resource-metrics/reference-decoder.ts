import { TextParser } from '#lib/exposition'
import { KubeletBodyError, type Point, type Points } from './points.ts'

const FIELDS = {
  node_cpu_usage_seconds_total: 'cpu',
  node_memory_working_set_bytes: 'memoryBytes',
  container_cpu_usage_seconds_total: 'cpu',
  container_memory_working_set_bytes: 'memoryBytes',
  container_start_time_seconds: 'startMs',
} as const

type Draft = { -readonly [K in keyof Point]: Point[K] }

/**
 * Reads a body of `/metrics/resource` in the plain way: what kubelet-table.ts does fast, and is tested against.
 * A sample without a time takes `defaultTimeMs`. What lacks CPU or memory is left out; a pod with such a container whole.
 */
export function decodePlainly(body: Uint8Array, defaultTimeMs: number): Points {
  const parser = new TextParser(Buffer.from(body))
  const node = draft()
  const pods = new Map<string, Map<string, Draft>>()
  while (parser.next()) {
    if (parser.kind !== 'series') continue
    const field = FIELDS[parser.name as keyof typeof FIELDS]
    if (field === undefined) continue
    const timestampMs = parser.hasTimestamp ? parser.timestampMs : defaultTimeMs
    if (timestampMs < 0) throw new KubeletBodyError(`${parser.name} has a time before 1970`)
    const into = parser.name.startsWith('node_') ? node : containerOf(pods, parser)
    take(into, field, parser.value, timestampMs)
  }
  if (parser.err !== '') throw new KubeletBodyError(parser.err)
  const complete = [...pods].filter(([, containers]) => [...containers.values()].every(isComplete))
  return { node: isComplete(node) ? node : undefined, pods: new Map(complete) }
}

function take(into: Draft, field: 'cpu' | 'memoryBytes' | 'startMs', value: number, timestampMs: number): void {
  if (field === 'startMs') into.startMs = value * 1000
  else {
    into[field] = wholeOf(field === 'cpu' ? value * 1e9 : value)
    into.timestampMs = timestampMs
  }
}

function containerOf(pods: Map<string, Map<string, Draft>>, parser: TextParser): Draft {
  const labels = new Map<string, string>()
  for (let i = 0; i < parser.pairs.length; i += 2) labels.set(parser.pairs[i], parser.pairs[i + 1])
  const pod = `${labels.get('namespace') ?? ''}/${labels.get('pod') ?? ''}`
  const containers = pods.get(pod) ?? new Map<string, Draft>()
  pods.set(pod, containers)
  const name = labels.get('container') ?? ''
  const found = containers.get(name) ?? draft()
  containers.set(name, found)
  return found
}

/** Counts are whole; what is no count is none. */
function wholeOf(value: number): number {
  return value > 0 && value < 2 ** 64 ? Math.trunc(value) : 0
}

function draft(): Draft {
  return { timestampMs: 0, startMs: 0, cpu: 0, memoryBytes: 0 }
}

function isComplete({ timestampMs, cpu, memoryBytes }: Point): boolean {
  return timestampMs > 0 && cpu > 0 && memoryBytes > 0
}
