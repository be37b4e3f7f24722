import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KubeletTable } from './kubelet-table.ts'
import { KubeletBodyError, type Point, type Points } from './points.ts'
import { decodePlainly } from './reference-decoder.ts'

/** What the table holds, in the form of the plain decoder. */
function pointsOf(table: KubeletTable): Points {
  const pods = new Map<string, Map<string, Point>>()
  for (let slot = 0; slot < table.length; slot++) {
    if (table.seenIn[slot] !== table.body) continue
    const key = `${table.namespaces[slot]}/${table.pods[slot]}`
    const containers = pods.get(key) ?? new Map<string, Point>()
    pods.set(key, containers)
    containers.set(table.containers[slot], {
      timestampMs: table.timestampMs[slot],
      startMs: table.startMs[slot],
      cpu: table.cpu[slot],
      memoryBytes: table.memory[slot],
    })
  }
  const isComplete = (one: Point) => one.timestampMs > 0 && one.cpu > 0 && one.memoryBytes > 0
  const node = {
    timestampMs: table.nodeTimestampMs,
    startMs: 0,
    cpu: table.nodeCpu,
    memoryBytes: table.nodeMemory,
  }
  const whole = [...pods].filter(([, containers]) => [...containers.values()].every(isComplete))
  return { node: isComplete(node) ? node : undefined, pods: new Map(whole) }
}

function both(table: KubeletTable, body: string): { fast: unknown; plain: unknown } {
  const bytes = Buffer.from(body)
  const tried = (act: () => unknown) => {
    try {
      return act()
    } catch (error) {
      if (error instanceof KubeletBodyError) return 'refused'
      throw error
    }
  }
  const fast = tried(() => {
    table.read(bytes, 5000)
    return pointsOf(table)
  })
  return { fast, plain: tried(() => decodePlainly(bytes, 5000)) }
}

const names = fc.constantFrom(
  'container_cpu_usage_seconds_total',
  'container_memory_working_set_bytes',
  'container_start_time_seconds',
  'pod_cpu_usage_seconds_total',
)
const label = fc.constantFrom('a', 'b', 'web-0', 'x}y', 'q\\"q', '한')
const labels = fc
  .record({ container: label, namespace: label, pod: label })
  .map(({ container, namespace, pod }) => `{container="${container}",namespace="${namespace}",pod="${pod}"}`)
const value = fc.constantFrom('0', '1', '4.710169', '1.253376e+07', '1e9', '0.000000001', 'NaN', '+Inf', '-3', '1.5 ')
const time = fc.constantFrom('', ' 1633253812125', ' 7', ' 0', '  9', ' 1e3', ' -4', ' 1.0')
const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(names, labels, value, time).map(([a, b, c, d]) => `${a}${b} ${c}${d}`) },
  { weight: 2, arbitrary: fc.tuple(value, time).map(([a, b]) => `node_cpu_usage_seconds_total ${a}${b}`) },
  { weight: 2, arbitrary: fc.tuple(value, time).map(([a, b]) => `node_memory_working_set_bytes ${a}${b}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('# HELP x y', '', '  ', 'scrape_error 0', 'node_cpu_usage_seconds_totals 3', 'up -1 -5'),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom('pod_x', '{', 'a', 'b', '__name__', '=', '"v"', '"\\n"', ',', '}', ' 1', ' 7', 'é'), {
        minLength: 4,
        maxLength: 12,
      })
      .map((parts) => `pod${parts.join('')}`),
  },
)

test('kubelet table: reads what the plain decoder reads, body after body', () => {
  fc.assert(
    fc.property(fc.array(fc.array(line, { maxLength: 25 }), { minLength: 1, maxLength: 4 }), (bodies) => {
      const table = new KubeletTable()
      for (const lines of bodies) {
        const { fast, plain } = both(table, lines.join('\n'))
        assert.deepEqual(fast, plain, lines.join('\n'))
      }
    }),
    { numRuns: 500 },
  )
})

test('kubelet table: whatever a kubelet sends is read or refused, and never hangs', () => {
  const noise = fc.oneof(
    line,
    fc.string({ maxLength: 40 }),
    fc.constantFrom('container_cpu_usage_seconds_total{', '{}', 'container_start_time_seconds{pod="\\', '}'),
  )
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 12 }), (lines) => {
      const { fast, plain } = both(new KubeletTable(), lines.join('\n'))
      if (plain !== 'refused') assert.deepEqual(fast, plain)
    }),
    { numRuns: 1000 },
  )
})

test('kubelet table: a line of the same container makes no new slot, and slots that are gone are given up', () => {
  const body = (pods: readonly string[]) =>
    pods.map((pod) => `container_cpu_usage_seconds_total{container="c",namespace="n",pod="${pod}"} 1 7`).join('\n')
  const table = new KubeletTable()
  table.read(Buffer.from(body(['a', 'b', 'c'])), 0)
  table.read(Buffer.from(body(['a', 'c', 'd'])), 0)
  assert.deepEqual(table.pods, ['a', 'b', 'c', 'd'])
  const moved = table.compact((slot) => table.seenIn[slot] === table.body)
  assert.deepEqual([...moved], [0, -1, 1, 2])
  table.read(Buffer.from(body(['a', 'c', 'd', 'e'])), 0)
  assert.deepEqual(table.pods, ['a', 'c', 'd', 'e'])
  assert.equal(table.length, 4)
})

test('kubelet table: a kubelet cannot fill the memory', () => {
  const lines = Array.from({ length: 10_001 }, (_, i) => `container_start_time_seconds{container="c${i}"} 1`)
  assert.throws(() => new KubeletTable().read(Buffer.from(lines.join('\n')), 0), /more than 10000 containers/)
  assert.throws(() => new KubeletTable().read(new Uint8Array((16 << 20) + 1).fill(0x0a), 0), /longer than/)
})
