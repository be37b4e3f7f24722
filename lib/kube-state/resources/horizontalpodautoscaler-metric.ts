import type { LineWriter } from '../family.ts'
import { isPresent, objects, text } from './fields.ts'
import { units } from './quantity.ts'

/** What an autoscaler goes by (then it has targets), or what it saw (then it has current values). */
export interface MetricSource {
  readonly type?: string
  readonly object?: NamedMetric
  readonly pods?: NamedMetric
  readonly external?: NamedMetric
  readonly resource?: ResourceMetric
  readonly containerResource?: ResourceMetric
}

interface NamedMetric extends Measured {
  readonly metric?: { readonly name?: string }
}

interface ResourceMetric extends Measured {
  readonly name?: string
  readonly container?: string
}

interface Measured {
  readonly target?: MetricValue
  readonly current?: MetricValue
}

interface MetricValue {
  readonly value?: unknown
  readonly averageValue?: unknown
  readonly averageUtilization?: number
}

const NAMES = ['metric_name', 'metric_target_type', 'container']

/** The values that the autoscaler aims at. */
export function targetMetricLines(sources: readonly MetricSource[] | undefined, out: LineWriter): void {
  sourceLines(sources, 'target', out)
}

/** The values that it saw last. */
export function currentMetricLines(sources: readonly MetricSource[] | undefined, out: LineWriter): void {
  sourceLines(sources, 'current', out)
}

function sourceLines(sources: readonly MetricSource[] | undefined, kind: keyof Measured, out: LineWriter): void {
  for (const source of objects(sources)) {
    const named = namedMetric(source)
    const resource = resourceMetric(source)
    if (isPresent(named)) valueLines(text(named.metric?.name), '', named[kind], out)
    else if (isPresent(resource)) {
      const container = source.type === 'ContainerResource' ? text(resource.container) : ''
      valueLines(text(resource.name), container, resource[kind], out)
    }
  }
}

function namedMetric({ type, object, pods, external }: MetricSource): NamedMetric | undefined {
  if (type === 'Object') return object
  if (type === 'Pods') return pods
  return type === 'External' ? external : undefined
}

function resourceMetric({ type, resource, containerResource }: MetricSource): ResourceMetric | undefined {
  if (type === 'Resource') return resource
  return type === 'ContainerResource' ? containerResource : undefined
}

function valueLines(name: string, container: string, value: MetricValue | undefined, out: LineWriter): void {
  valueLine(units(value?.value), [name, 'value', container], out)
  valueLine(units(value?.averageValue), [name, 'average', container], out)
  const utilization = value?.averageUtilization
  valueLine(typeof utilization === 'number' ? utilization : NaN, [name, 'utilization', container], out)
}

/** None where the value is absent. */
function valueLine(value: number, labels: readonly string[], out: LineWriter): void {
  if (!Number.isNaN(value)) out.labelled(NAMES, labels, value)
}
