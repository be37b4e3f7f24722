import * as v from 'valibot'
import { loadYaml } from '#lib/yaml'

const strings = v.array(v.string())
/** Parts of a path; an index may be written as a number. */
const path = v.array(v.union([v.string(), v.pipe(v.number(), v.transform(String))]))
const paths = v.record(v.string(), path)
/** YAML makes a number or a truth of `"1"` without quotes. */
const labelText = v.union([v.string(), v.pipe(v.union([v.number(), v.boolean()]), v.transform(String))])

const pathFields = { path: v.optional(path), labelsFromPath: v.optional(paths) }
const gauge = v.object({
  ...pathFields,
  labelFromKey: v.optional(v.string()),
  valueFrom: v.optional(path),
  nilIsZero: v.optional(v.boolean()),
})
const info = v.object({ ...pathFields, labelFromKey: v.optional(v.string()) })
const stateSet = v.object({
  ...pathFields,
  labelName: v.optional(v.string()),
  list: v.optional(strings),
  valueFrom: v.optional(path),
})
const each = v.object({
  type: v.string(),
  gauge: v.optional(gauge),
  info: v.optional(info),
  stateSet: v.optional(stateSet),
})

const labelFields = {
  commonLabels: v.optional(v.record(v.string(), labelText)),
  labelsFromPath: v.optional(paths),
}

const metric = v.object({
  ...labelFields,
  name: v.string(),
  help: v.optional(v.string()),
  errorLogV: v.optional(v.number()),
  each,
})

const resource = v.object({
  ...labelFields,
  groupVersionKind: v.object({
    group: v.optional(v.string()),
    version: v.optional(v.string()),
    kind: v.optional(v.string()),
  }),
  resourcePlural: v.optional(v.string()),
  metricNamePrefix: v.optional(v.nullable(v.string())),
  errorLogV: v.optional(v.number()),
  metrics: v.optional(v.array(metric)),
})

const document = v.object({
  kind: v.optional(v.string()),
  apiVersion: v.optional(v.string()),
  spec: v.optional(v.object({ resources: v.optional(v.nullable(v.array(resource))) })),
})

export type PathConfig = Pick<v.InferOutput<typeof gauge>, 'path' | 'labelsFromPath'>
export type GaugeConfig = v.InferOutput<typeof gauge>
export type InfoConfig = v.InferOutput<typeof info>
export type StateSetConfig = v.InferOutput<typeof stateSet>
/** Where a family's samples are found in an object, and of what type they are. */
export type EachConfig = v.InferOutput<typeof each>
export type MetricConfig = v.InferOutput<typeof metric>
/** The metrics of one custom resource, or of all that a `*` stands for. */
export type CustomResourceConfig = v.InferOutput<typeof resource>

/** Reads a configuration of custom resource state; a mistake is a ConfigError with its place. */
export function parseCustomResources(text: string, file: string): readonly CustomResourceConfig[] {
  return loadYaml(text, file, document).value.spec?.resources ?? []
}
