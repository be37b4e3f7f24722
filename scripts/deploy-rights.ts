import { accounts, type AccountRights, type Right } from '../deploy/objects/rights.ts'

/** docs/rights.md: what each service account may do, and why. */
export function rightsPage(): string {
  const parts = accounts.map(section)
  return `# Rights

What each service account of an install may do, and why: no more than this. Made by \`npm run deploy\` from \`deploy/objects/rights.ts\`, of which the manifests are made too;
\`npm run e2e:install\` compares it with \`kubectl auth can-i --list\`. What people may see is in [access](access.md).

${parts.join('\n')}`
}

function section({ account, cluster, namespaced, bound }: AccountRights): string {
  const rows = [
    ...cluster.map((right) => row('everywhere', right)),
    ...Object.entries(namespaced).flatMap(([namespace, rights]) =>
      rights.map((right) => row(`in \`${namespace}\``, right)),
    ),
    ...bound.map(({ kind, name, namespace, why }) => [
      namespace === '' ? 'everywhere' : `in \`${namespace}\``,
      `what the ${kind} \`${name}\` gives`,
      '',
      why,
    ]),
  ]
  const title = `## ${account}\n\n`
  if (rows.length === 0) return `${title}None: its pods have no token.\n`
  return `${title}${table([['Where', 'What', 'Verbs', 'Why'], ...rows])}\n`
}

function row(
  where: string,
  { resources, resourceNames, nonResourceURLs, apiGroups = [], verbs, why }: Right,
): string[] {
  const group = apiGroups[0] === '' || apiGroups.length === 0 ? '' : ` of ${apiGroups.join(', ')}`
  const named = resourceNames === undefined ? '' : ` named \`${resourceNames.join('`, `')}\``
  const what =
    nonResourceURLs === undefined ? `${(resources ?? []).join(', ')}${group}${named}` : nonResourceURLs.join(', ')
  return [where, what, verbs.join(', '), why]
}

/** A table whose columns are as wide as their longest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(rows[0]), rule, ...rows.slice(1).map(line), ''].join('\n')
}
