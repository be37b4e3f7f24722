import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  allowedLabels,
  answerOf,
  expandWildcard,
  type Family,
  familyHead,
  fnv1a64,
  isAttachableVolume,
  isExtended,
  isHugePages,
  kubeStateResources,
  type LabelColumns,
  RenderedStore,
  type ResourceFamilies,
  shardOf,
  toPrometheusLabels,
} from '#lib/kube-state'
import { kubeStateFlags } from '../app/cli/kube-state-flags.ts'
import {
  type CustomCases,
  type DocumentExamples,
  runCustomResourceCases,
  runDocumentExamples,
} from './kube-state-custom.ts'
import { normalized } from './kube-state-lines.ts'
import { type OptionCases, runOptionCases } from './kube-state-options.ts'
import type { Report } from './suite.ts'
import { compare } from './tally.ts'

/** The state of a cluster's objects: lines of every resource, what they are called, and what the flags choose. */
export async function run(folder: string, report: Report): Promise<void> {
  for (const file of readdirSync(join(folder, 'cases')).filter((name) => name.endsWith('.json')))
    for (const one of (read(folder, `cases/${file}`) as { cases: LinesCase[] }).cases) runLines(one, report)
  for (const one of (read(folder, 'metrics.json') as { metrics: DocumentedFamily[] }).metrics) runFamily(one, report)
  for (const one of read(folder, 'flags.json') as FlagCase[]) runFlag(one, report)
  for (const one of (read(folder, 'label-rules.json') as { cases: LabelCase[] }).cases) runLabelRule(one, report)
  for (const one of (read(folder, 'sharding.json') as { cases: ShardCase[] }).cases) runShard(one, report)
  await runOptionCases(read(folder, 'option-parsing.json') as OptionCases, report)
  runCustomResourceCases(read(folder, 'custom-resource-state.json') as CustomCases, report)
  await runDocumentExamples(read(folder, 'custom-resource-state-doc-examples.json') as DocumentExamples, report)
}

function read(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
}

interface LinesCase {
  readonly id: string
  readonly resource: string
  readonly object: object
  readonly metricNames: readonly string[] | null
  readonly allowLabels: readonly string[] | null
  readonly allowAnnotations: readonly string[] | null
  readonly headers: boolean
  readonly want: string
}

function runLines(one: LinesCase, report: Report): void {
  const resource = kubeStateResources.find((known) => known.resource === one.resource)
  if (!resource) return report.fail(one.id, one.want, `no resource ${one.resource}`)
  const text = linesOf(resource as ResourceFamilies<object>, one)
  const kept = one.metricNames?.map((name) => new RegExp(name))
  const lines = text.split('\n').filter((line) => one.headers || !line.startsWith('#'))
  const actual = lines.filter((line) => kept?.some((name) => name.test(line)) ?? true)
  compare(report, one.id, normalized(one.want.split('\n')), normalized(actual))
}

/** What an object gives: all families, opt-in ones too. */
function linesOf(resource: ResourceFamilies<object>, one: LinesCase): string {
  const allow = { labels: one.allowLabels ?? [], annotations: one.allowAnnotations ?? [] }
  const store = new RenderedStore<object>(resource, resource.families, allow)
  store.upsert(one.object)
  return answerOf([store], true)
    .toString()
    .replace(/# EOF\n$/, '')
}

interface DocumentedFamily {
  readonly name: string
  readonly source: {
    readonly help: string
    readonly type: string
    readonly stability: string
    readonly optIn: boolean
    readonly deprecatedVersion: string | null
  }
  readonly helpLine: string
}

function runFamily({ name, source, helpLine }: DocumentedFamily, report: Report): void {
  const all: readonly Family<never>[] = kubeStateResources.flatMap((resource) => resource.families)
  const family = all.find((known) => known.name === name)
  if (!family) return report.fail(name, helpLine, 'no such family')
  const actual = {
    help: family.help,
    type: family.type,
    stability: family.stability,
    optIn: family.optIn ?? false,
    deprecatedVersion: family.deprecatedSince ?? null,
    helpLine: familyHead(family, true).split('\n')[0],
  }
  compare(report, name, { ...source, helpLine }, actual)
}

interface FlagCase {
  readonly flag: string
  readonly short: string | null
  readonly type: string
  readonly help: string
  readonly default: string | null
}

function runFlag(one: FlagCase, report: Report): void {
  const known = kubeStateFlags.find(({ name }) => `--${name}` === one.flag)
  if (!known) return report.fail(one.flag, one, 'no such flag')
  const { short = null, type, help, default: byDefault = null } = known
  compare(report, one.flag, one, { flag: one.flag, short, type, help, default: byDefault })
}

interface LabelCase {
  readonly id: string
  readonly fn: string
  readonly prefix: string
  readonly input: unknown
  readonly allowList: readonly string[]
  readonly limit: number
  readonly expect: unknown
  readonly expectKeys: readonly string[]
  readonly expectValues: readonly string[]
}

const predicates: Readonly<Record<string, (name: string) => boolean>> = {
  isHugePageResourceName: isHugePages,
  isAttachableVolumeResourceName: isAttachableVolume,
  isExtendedResourceName: isExtended,
}

function runLabelRule(one: LabelCase, report: Report): void {
  if (one.fn === 'kubeMapToPrometheusLabels')
    return compareColumns(one, toPrometheusLabels(one.prefix, one.input as Record<string, string>), report)
  if (one.fn === 'createPrometheusLabelKeysValues')
    return compareColumns(one, allowedLabels(one.prefix, one.input as Record<string, string>, one.allowList), report)
  if (one.fn === 'expandWildcard')
    return compare(report, one.id, one.expect, expandWildcard(one.input as string, one.limit))
  const predicate = predicates[one.fn]
  if (!predicate) return report.skip(one.id, `unknown function ${one.fn}`)
  compare(report, one.id, one.expect, predicate(one.input as string))
}

function compareColumns(one: LabelCase, { names, values }: LabelColumns, report: Report): void {
  compare(report, one.id, [one.expectKeys, one.expectValues], [names, values])
}

interface ShardCase {
  readonly id: string
  readonly uid: string
  readonly fnv1a64: string
  readonly shard: Readonly<Record<string, number>>
}

function runShard(one: ShardCase, report: Report): void {
  const shards = Object.keys(one.shard).map((total) => [total, shardOf(one.uid, Number(total))])
  const actual = { hash: String(fnv1a64(one.uid)), shard: Object.fromEntries(shards) as unknown }
  compare(report, one.id, { hash: one.fnv1a64, shard: one.shard }, actual)
}
