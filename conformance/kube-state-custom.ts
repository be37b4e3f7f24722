import { isDeepStrictEqual } from 'node:util'
import {
  addDefaultLabels,
  addPathLabels,
  answerOf,
  compileCustomResource,
  compileEach,
  compilePath,
  compilePaths,
  customMetricName,
  type CustomResourceConfig,
  type EachConfig,
  type EachValues,
  loadCustomResources,
  RenderedStore,
} from '#lib/kube-state'
import { loadYaml } from '#lib/yaml'
import * as v from 'valibot'
import { normalized } from './kube-state-lines.ts'
import type { Report } from './suite.ts'
import { attempt, compare } from './tally.ts'

interface CustomCase {
  readonly id: string
  readonly fn: string
  readonly type: string
  readonly each: Readonly<Record<string, unknown>>
  readonly path: unknown
  readonly labelsFromPath: Readonly<Record<string, readonly string[]>>
  readonly metric: EachConfig
  readonly metricNamePrefix: string | null
  readonly metricName: string
  readonly labels: Readonly<Record<string, string>>
  readonly defaults: Readonly<Record<string, string>>
  readonly want: unknown
  readonly wantErrors: readonly string[]
  readonly wantErrorContains: string
}

export interface CustomCases {
  readonly object: object
  readonly cases: readonly CustomCase[]
}

/** What custom resources give. */
export function runCustomResourceCases({ object, cases }: CustomCases, report: Report): void {
  for (const one of cases) {
    const runner = runners[one.fn]
    if (runner) runner(one, object, report)
    else report.skip(one.id, `unknown function ${one.fn}`)
  }
}

type Runner = (one: CustomCase, object: object, report: Report) => void

const NO_PATH = 'the case does not say which path of the object it is about'

const runners: Readonly<Record<string, Runner>> = {
  values: runValues,
  pathGet: (one, object, report) => {
    if (!Array.isArray(one.path)) return report.skip(one.id, NO_PATH)
    compare(report, one.id, one.want, compilePath(one.path as string[]).get(object))
  },
  addPathLabels: (one, object, report) => {
    const labels = new Map<string, string>()
    addPathLabels(object, compilePaths(one.labelsFromPath), labels)
    compare(report, one.id, one.want, Object.fromEntries(labels))
  },
  compile: (one, _, report) => {
    const result = attempt(() => compileEach(one.metric))
    const message = 'error' in result ? result.error.message : 'compiled'
    if (message.includes(one.wantErrorContains)) report.pass(one.id)
    else report.fail(one.id, one.wantErrorContains, message)
  },
  fullName: (one, _, report) =>
    compare(report, one.id, one.want, customMetricName(one.metricNamePrefix, one.metricName)),
  defaultLabels: (one, _, report) => {
    const labels = new Map(Object.entries(one.labels))
    addDefaultLabels(labels, new Map(Object.entries(one.defaults)))
    compare(report, one.id, one.want, Object.fromEntries(labels))
  },
}

function runValues(one: CustomCase, object: object, report: Report): void {
  if (!('path' in one.each)) return report.skip(one.id, NO_PATH)
  const kind = { Gauge: 'gauge', Info: 'info', StateSet: 'stateSet' }[one.type] ?? one.type
  const actual = plain(compileEach({ type: one.type, [kind]: one.each })(object))
  const wanted = one.want as readonly object[]
  const isEqual =
    wanted.length === actual.values.length &&
    wanted.every((value) => actual.values.some((other) => isDeepStrictEqual(value, other))) &&
    isDeepStrictEqual(one.wantErrors, actual.errors)
  if (isEqual) report.pass(one.id)
  else report.fail(one.id, { values: wanted, errors: one.wantErrors }, actual)
}

function plain({ values, errors }: EachValues): { values: object[]; errors: readonly string[] } {
  return { values: values.map(({ value, labels }) => ({ value, labels: Object.fromEntries(labels) })), errors }
}

export interface DocumentExamples {
  readonly resourceYaml: string
  readonly examples: readonly { readonly title: string; readonly configYaml: string; readonly want: string }[]
}

/** Examples of the documentation: a configuration, and the lines that it gives for an object. */
export async function runDocumentExamples({ resourceYaml, examples }: DocumentExamples, report: Report): Promise<void> {
  const object = loadYaml(resourceYaml, 'resource.yaml', v.looseObject({ kind: v.string() })).value
  for (const [i, one] of examples.entries()) {
    const id = `custom-resource-state-doc-example-${i + 1}`
    const loaded = await loadCustomResources(one.configYaml, 'config.yaml').catch(() => undefined)
    if (loaded === undefined) report.skip(id, 'the configuration is an excerpt with dots in it')
    else runExample(id, one.want, object, loaded, report)
  }
}

function runExample(
  id: string,
  want: string,
  object: { readonly kind: string },
  resources: readonly CustomResourceConfig[],
  report: Report,
): void {
  if (resources.some(({ groupVersionKind }) => groupVersionKind.kind !== object.kind))
    return report.skip(id, 'the object that it is about is not there')
  const missing = missingLabel(want, resources)
  if (missing) return report.skip(id, `its lines lack a label that its configuration adds to every line: ${missing}`)
  const lines = resources.flatMap((config) => samplesOf(config, object))
  const wanted = want.replaceAll(/,\s+/g, ',').replaceAll(',}', '}').split('\n')
  compare(report, id, normalized(wanted), normalized(lines))
}

/** A label that the configuration adds to every line and that no wanted line has. */
function missingLabel(want: string, resources: readonly CustomResourceConfig[]): string | undefined {
  const common = resources.flatMap((config) => Object.keys(config.commonLabels ?? {}))
  return common.find((name) => !want.includes(`${name}="`))
}

function samplesOf(config: CustomResourceConfig, object: object): string[] {
  const { group = '', version = '', kind = '' } = config.groupVersionKind
  const resource = compileCustomResource(config, { group, version, kind, plural: 'foos', namespaced: true })
  const store = new RenderedStore<object>(resource, resource.families)
  store.upsert(object)
  return answerOf([store], true)
    .toString()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
}
