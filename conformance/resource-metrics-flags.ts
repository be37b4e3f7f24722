import { metricsApiFlags } from '../app/cli/metrics-api-flags.ts'
import { metricsApiCommand } from '../app/cli/metrics-api-command.ts'
import { metricsApiOptions, PATH_ANNOTATION } from '../app/metrics-api/options.ts'
import type { Report } from './suite.ts'
import { attempt, compare } from './tally.ts'

interface Flags {
  readonly flags: readonly { readonly flag: string; readonly type: string; readonly default: string | null }[]
  readonly manifestArgs: readonly string[]
  readonly rules: readonly string[]
  readonly nodeAnnotation: string
}

/** Arguments that break a rule, and near them some that keep it. */
const broken: readonly { readonly rule: RegExp; readonly bad: readonly string[]; readonly good: readonly string[] }[] =
  [
    {
      rule: /certificate-authority excludes/,
      bad: ['--kubelet-certificate-authority=ca.crt', '--kubelet-insecure-tls'],
      good: ['--kubelet-certificate-authority=ca.crt'],
    },
    {
      rule: /only together/,
      bad: ['--kubelet-client-key=k'],
      good: ['--kubelet-client-key=k', '--kubelet-client-certificate=c'],
    },
    {
      rule: /below metric-resolution/,
      bad: ['--metric-resolution=10s', '--kubelet-request-timeout=9s'],
      good: ['--metric-resolution=10s', '--kubelet-request-timeout=8s'],
    },
  ]

/** The flags of metrics-server: their names, kinds and defaults, the arguments of its manifest, and what excludes what. */
export async function runFlags({ flags, manifestArgs, rules, nodeAnnotation }: Flags, report: Report): Promise<void> {
  for (const { flag, type, default: value } of flags) {
    const known = metricsApiFlags.find(({ name }) => `--${name}` === flag)
    const actual =
      flag === '--version' ? { type, default: value } : known && { type: known.type, default: known.default ?? null }
    compare(report, `flag ${flag}`, { type, default: value }, actual)
  }
  compare(report, 'arguments of the manifest', true, isTaken(manifestArgs))
  for (const rule of rules) {
    const tried = broken.find((one) => one.rule.test(rule))
    if (tried === undefined) report.skip(rule, 'a rule in words that this runner does not know')
    else compare(report, `rule ${rule}`, [false, true], [isTaken(tried.bad), isTaken(tried.good)])
  }
  compare(report, 'annotation of nodes', nodeAnnotation.split(' ')[0], PATH_ANNOTATION)
}

/** Whether the command line takes the arguments, and they go together. */
function isTaken(args: readonly string[]): boolean {
  const command = metricsApiCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(() => undefined)
  const tried = attempt(() => {
    command.parse([...args], { from: 'user' })
    const given = args.map((arg) => arg.slice(2).split('='))
    return metricsApiOptions(Object.fromEntries(given.map(([name, value = 'true']) => [name, value])))
  })
  return !('error' in tried)
}
