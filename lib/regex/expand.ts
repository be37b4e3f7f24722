/** The groups of a match: number 0 is the whole of it; undefined where a group took no part. */
export interface MatchGroups {
  group(key: number | string): string | undefined
}

const REFERENCE = /\$(?:\$|(\w+)|\{(\w+)\})/g

/** Fills `$1`, `$name` and `${name}` in a template as Go's Regexp.Expand does; `$$` is a dollar. */
export function expandTemplate(template: string, match: MatchGroups): string {
  return template.replace(REFERENCE, (_, bare?: string, braced?: string) => {
    const name = bare ?? braced
    if (name === undefined) return '$'
    return match.group(/^\d+$/.test(name) ? Number(name) : name) ?? ''
  })
}
