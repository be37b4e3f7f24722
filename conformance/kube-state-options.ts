import {
  chosenNamespaces,
  deniedNamespaceSelector,
  loadOptionsFile,
  mergeSelectors,
  nodeSelector,
  parseAllowList,
  parseList,
  parseNames,
} from '#lib/kube-state'
import { kubeStateCommand } from '../app/cli/kube-state-command.ts'
import type { Report } from './suite.ts'
import { attempt, compare } from './tally.ts'

interface OptionCase {
  readonly id: string
  readonly test: string
  readonly Value?: string
  readonly YAML?: string
  readonly Namespaces?: readonly string[]
  readonly DeniedNamespaces?: readonly string[]
  readonly Node?: string
  readonly Args?: readonly string[]
  readonly Wanted?: unknown
  readonly WantedError?: boolean
  readonly wantErr?: boolean
  readonly ExpectsError?: boolean
  readonly err?: { readonly error: string }
}

export interface OptionCases {
  readonly cases: readonly OptionCase[]
}

/** What flags' values come to. */
export async function runOptionCases({ cases }: OptionCases, report: Report): Promise<void> {
  for (const one of cases) {
    const runner = runners[one.test]
    if (runner) await runner(one, report)
    else report.skip(one.id, `unknown test ${one.test}`)
  }
}

type Runner = (one: OptionCase, report: Report) => void | Promise<void>

const runners: Readonly<Record<string, Runner>> = {
  TestResourceSetSet: runNames,
  TestMetricSetSet: runNames,
  TestNamespaceListSet: (one, report) => compare(report, one.id, one.Wanted ?? [], parseList(one.Value ?? '')),
  TestNamespaceList_GetNamespaces: (one, report) =>
    compare(report, one.id, one.Wanted, chosenNamespaces(one.Namespaces ?? [])),
  TestNamespaceList_ExcludeNamespacesFieldSelector: (one, report) =>
    compare(report, one.id, one.Wanted ?? '', deniedNamespaceSelector(one.DeniedNamespaces ?? [])),
  TestNodeFieldSelector: (one, report) => compare(report, one.id, one.Wanted ?? '', nodeSelector(one.Node ?? '')),
  TestMergeFieldSelectors: runMerge,
  TestLabelsAllowListSet: runAllowList,
  TestLabelsAllowListUnmarshalYAML: runAllowListFile,
  TestOptionsParse: runCommandLine,
}

function runNames(one: OptionCase, report: Report): void {
  const names = parseNames(one.Value ?? '')
  compare(report, one.id, Object.keys(one.Wanted ?? {}).sort(), names.sort())
}

function runMerge(one: OptionCase, report: Report): void {
  const selectors = [deniedNamespaceSelector(one.DeniedNamespaces ?? []), nodeSelector(one.Node ?? '')]
  compare(report, one.id, one.Wanted ?? '', mergeSelectors(selectors))
}

function runAllowList(one: OptionCase, report: Report): void {
  const result = attempt(() => Object.fromEntries(parseAllowList(one.Value ?? '')))
  const expected = one.err ? { error: one.err.error } : { value: one.Wanted ?? {} }
  compare(report, one.id, expected, 'error' in result ? { error: result.error.message } : result)
}

/** The list as it stands in an options file. */
async function runAllowListFile(one: OptionCase, report: Report): Promise<void> {
  const text = `labels_allow_list:\n${(one.YAML ?? '').replaceAll(/^(?=.)/gm, '  ')}`
  const result = await loadOptionsFile(text, 'options.yaml').then(
    (file) => ({ value: file.labels_allow_list }),
    (error: Error) => ({ error }),
  )
  if (one.wantErr) return compare(report, one.id, true, 'error' in result)
  compare(
    report,
    one.id,
    { value: one.Wanted },
    'error' in result ? result : { value: Object.fromEntries(result.value ?? []) },
  )
}

function runCommandLine(one: OptionCase, report: Report): void {
  const command = kubeStateCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(() => undefined)
  const result = attempt(() => command.parse(one.Args?.slice(1) ?? [], { from: 'user' }))
  compare(report, one.id, one.ExpectsError ?? false, 'error' in result)
}
