import type { Family, ResourceFamilies } from '../family.ts'
import type { CustomResourceConfig, MetricConfig } from './config.ts'
import { compileEach, type EachValue } from './each.ts'
import { addPathLabels, compilePaths } from './value-path.ts'

/** One kind as the API server serves it. */
export interface ServedKind {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
}

/** Is told what could not be made of an object. */
export type TellError = (family: string, message: string) => void

const PREFIX = 'kube_customresource'

/** The families of one kind, as a resource like any other. Throws where a path or a type is wrong. */
export function compileCustomResource(
  config: CustomResourceConfig,
  served: ServedKind,
  tell: TellError = () => undefined,
): ResourceFamilies<object> {
  return {
    resource: `${served.group}/${served.version}, Resource=${served.plural}`,
    group: served.group,
    version: served.version,
    kind: served.kind,
    plural: served.plural,
    namespaced: served.namespaced,
    baseNames: [],
    base: () => [],
    families: (config.metrics ?? []).map((metric) => compileFamily(config, metric, served, tell)),
  }
}

/** `kube_customresource_uptime`; an empty prefix leaves the name alone. */
export function customMetricName(prefix: string | null | undefined, name: string): string {
  const used = prefix ?? PREFIX
  return used === '' ? name : `${used}_${name}`
}

/** Adds the labels that a sample does not have itself. */
export function addDefaultLabels(labels: Map<string, string>, defaults: ReadonlyMap<string, string>): void {
  for (const [name, value] of defaults) if (!labels.has(name)) labels.set(name, value)
}

function compileFamily(
  config: CustomResourceConfig,
  metric: MetricConfig,
  served: ServedKind,
  tell: TellError,
): Family<object> {
  const name = customMetricName(config.metricNamePrefix, metric.name)
  const common = commonLabels(config, metric, served)
  const { each, paths } = within(metric.name, () => ({
    each: within('compiling metric', () => compileEach(metric.each)),
    paths: within('labelsFromPath', () => compilePaths({ ...config.labelsFromPath, ...metric.labelsFromPath })),
  }))
  return {
    name,
    help: metric.help ?? '',
    type: metric.each.type.toLowerCase() as Family<object>['type'],
    stability: 'ALPHA',
    lines: (object, out) => {
      const base = new Map(common)
      addPathLabels(object, paths, base)
      const { values, errors } = each(object)
      for (const error of errors) tell(name, error)
      for (const value of values) {
        addDefaultLabels(value.labels, base)
        writeValue(value, (names, texts) => out.labelled(names, texts, value.value))
      }
    },
  }
}

function writeValue({ labels }: EachValue, write: (names: readonly string[], texts: readonly string[]) => void): void {
  const names = [...labels.keys()].sort()
  write(
    names,
    names.map((name) => labels.get(name) ?? ''),
  )
}

function commonLabels(config: CustomResourceConfig, metric: MetricConfig, served: ServedKind): Map<string, string> {
  return new Map([
    ...Object.entries(config.commonLabels ?? {}),
    ['customresource_group', served.group],
    ['customresource_version', served.version],
    ['customresource_kind', served.kind],
    ...Object.entries(metric.commonLabels ?? {}),
  ])
}

function within<T>(place: string, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error })
  }
}
