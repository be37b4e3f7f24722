import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** A recording rule of kube-prometheus. */
export interface RecordingRule {
  readonly record: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
  readonly group: string
}

interface RuleFile {
  readonly groups: readonly {
    readonly name: string
    readonly rules: readonly { record?: string; expr: string; labels?: Record<string, string> }[]
  }[]
}

/** All recording rules of a folder of rule files. */
export function readRecordingRules(folder: string): RecordingRule[] {
  const files = globSync('*.yaml', { cwd: folder }).sort()
  const groups = files.flatMap((file) => (parse(readFileSync(join(folder, file), 'utf8')) as RuleFile).groups)
  return groups.flatMap(({ name, rules }) =>
    rules.flatMap(({ record, expr, labels = {} }) =>
      record === undefined ? [] : { record, expr, labels, group: name },
    ),
  )
}

const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g
/** How often what would have been recorded is looked at over a range. */
const STEP = '2m'

/**
 * A rule's expression with what other rules record written out: as if they had all been evaluated at each moment.
 * A selector of a recorded name becomes the union of its rules, filtered by label_replace; a range of it a subquery.
 */
export function expanded(expr: string, rules: readonly RecordingRule[]): string {
  const names = [...new Set(rules.map(({ record }) => record))].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<![\\w:])(${names.join('|')})(?![\\w:])(\\{[^}]*\\})?(?:\\[(\\w+)\\])?`, 'g')
  return expr.replaceAll(pattern, (_, name: string, matchers: string | undefined, range: string | undefined) => {
    const all = rules.filter(({ record }) => record === name)
    const union = all.map((rule) => labelled(expanded(rule.expr, rules), rule.labels)).join(' or ')
    const filtered = [...(matchers ?? '').matchAll(MATCHER)].reduce(
      (inner, [, label, operator, value]) => filter(inner, label, operator, value),
      `(${union})`,
    )
    return range === undefined ? filtered : `(${filtered})[${range}:${STEP}]`
  })
}

function labelled(expr: string, labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).reduce(
    (inner, [name, value]) => `label_replace(${inner}, "${name}", "${value}", "", "")`,
    `(${expr})`,
  )
}

/** What has (or has not) a label like this: PromQL filters selectors only, so such series are marked first. */
function filter(expr: string, label: string, operator: string, value: string): string {
  const like = operator.endsWith('~') ? value : value.replaceAll(/[.+*?^$()[\]{}|]/g, String.raw`\\$&`)
  const marked = `label_replace(${expr}, "kept", "yes", "${label}", "${like}")`
  const set = operator.startsWith('!') ? 'unless' : 'and'
  const chosen = `(${marked} ${set} on (kept) label_replace(vector(1), "kept", "yes", "", ""))`
  return `label_replace(${chosen}, "kept", "", "kept", ".*")`
}
