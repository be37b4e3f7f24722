import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import {
  defaultRelabelConfig,
  type NameValidation,
  type RelabelConfig,
  relabelConfigSchema,
  Relabeler,
  relabelMistake,
  relabelYaml,
} from '#lib/relabel'
import { resolveLabels } from '#lib/scrape'
import { loadYaml } from '#lib/yaml'
import type { Report } from './suite.ts'
import { compare } from './tally.ts'

type LabelRecord = Readonly<Record<string, string>>

interface Case {
  readonly id: string
  /** `helm:` and the job's name. */
  readonly source?: string
  readonly relabel_configs: readonly object[]
  readonly input: LabelRecord
  readonly keep: boolean
  readonly output?: LabelRecord | null
  readonly final_labels?: LabelRecord | null
}

/** Relabelling: rules over label sets, their validation and printing, and whole jobs of a cluster. */
export async function run(folder: string, report: Report): Promise<void> {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  for (const one of read('cases.json') as Case[]) {
    const output = new Relabeler(one.relabel_configs.map(emptyIsDefault).map(parsed)).run(one.input)
    compare(report, one.id, one.keep ? one.output : undefined, output)
  }
  for (const one of read('validate.json') as ValidateCase[]) runValidate(one, report)
  for (const one of read('target-label-legacy.json') as { id: string; target_label: string; valid: boolean }[]) {
    const mistake = relabelMistake({ ...defaultRelabelConfig, target_label: one.target_label }, 'legacy')
    compare(report, one.id, one.valid, mistake === undefined)
  }
  for (const { id, yaml } of read('yaml-roundtrip.json') as { id: string; yaml: string }[]) {
    compare(report, id, yaml, relabelYaml(loadYaml(yaml, id, relabelConfigSchema()).value))
  }
  for (const one of read('kubernetes-jobs.json') as Case[]) runJob(one, report)
}

function parsed(config: object): RelabelConfig {
  return v.parse(relabelConfigSchema(), config)
}

function emptyIsDefault(config: object): object {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== ''))
}

interface ValidateCase {
  readonly id: string
  readonly config: Partial<RelabelConfig>
  readonly name_validation_scheme: NameValidation
  readonly error_contains: string | null
}

function runValidate({ id, config, name_validation_scheme: names, error_contains: wanted }: ValidateCase, to: Report) {
  const bare = {
    source_labels: [],
    separator: '',
    regex: '',
    modulus: 0,
    target_label: '',
    replacement: '',
    action: '',
  }
  const mistake = relabelMistake({ ...bare, ...config }, names)
  const isRight = wanted === null ? mistake === undefined : mistake?.includes(wanted)
  if (isRight) to.pass(id)
  else to.fail(id, wanted ?? 'accepted', mistake)
}

function runJob(one: Case, report: Report): void {
  // A target gets its job's name where it brings none.
  const job = one.source?.split(':').at(-1) ?? ''
  const labels = resolveLabels({ job, ...asFound(one) }, new Relabeler(one.relabel_configs.map(parsed)))
  compare(report, one.id, one.keep ? one.final_labels : undefined, labels)
}

/**
 * The labels before relabelling. The tool that made the cases relabels in place, and so wrote over some of its inputs:
 * where the address is already the one that a rule sets, the address that was found stands in the parameter which the
 * rules copied it to.
 */
function asFound({ relabel_configs: configs, input }: Case): LabelRecord {
  const fixed = configs.find((config) => 'target_label' in config && config.target_label === '__address__')
  const { __address__: address, __param_target: target } = input
  const isOverwritten = fixed && 'replacement' in fixed && fixed.replacement === address && !('source_labels' in fixed)
  if (!isOverwritten || target === undefined) return input
  return { ...input, __address__: /^\w+:\/\/([^/]+)/.exec(target)?.[1] ?? target }
}
