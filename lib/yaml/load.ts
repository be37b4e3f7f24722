import * as v from 'valibot'
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'

/** A mistake in a configuration file: its place and what to do. `message` is `file:line:column: text`. */
export class ConfigError extends Error {
  readonly code = 'invalid-config'
  readonly file: string
  readonly line: number
  readonly column: number

  constructor(file: string, line: number, column: number, text: string) {
    super(`${file}:${line}:${column}: ${text}`)
    this.file = file
    this.line = line
    this.column = column
  }
}

/** A parsed file that remembers where each value stands, so that a later check can name the place too. */
export interface Located<T> {
  readonly value: T
  /** The error for the value at this path (`['scrape_configs', 0, 'job_name']`). */
  errorAt(path: readonly PropertyKey[], text: string): ConfigError
}

/** Reads YAML and checks it against a schema; throws ConfigError for the first mistake. */
export function loadYaml<S extends v.GenericSchema>(text: string, file: string, schema: S): Located<v.InferOutput<S>> {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
    resolveKnownTags: false,
  })
  const at = (offset: number, message: string): ConfigError => {
    const { line, col } = lines.linePos(offset)
    return new ConfigError(file, Math.max(line, 1), Math.max(col, 1), message)
  }
  // A warning is a tag that is not understood: its value would be another than the author meant.
  const [syntax] = [...document.errors, ...document.warnings]
  if (syntax) throw at(syntax.pos[0], `not valid YAML: ${syntax.message}`)
  const errorAt = (path: readonly PropertyKey[], message: string) => at(offsetOf(document, path), message)
  const result = v.safeParse(schema, plainValue(document, at) ?? {})
  if (!result.success) {
    const [issue] = result.issues
    const path = (issue.path ?? []).map((item) => item.key as PropertyKey)
    throw errorAt(path, describe(issue, path))
  }
  return { value: result.output, errorAt }
}

/** The document as plain values; aliases that would unfold into a flood of nodes are refused. */
function plainValue(document: Document, at: (offset: number, text: string) => ConfigError): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch (error) {
    throw at(0, `not valid YAML: ${(error as Error).message}`)
  }
}

/** Where the value at a path begins: in a mapping, its key. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (pair === undefined) return offset
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else {
      node = isSeq(node) ? node.items[Number(key)] : undefined
      if (isNode(node)) offset = node.range?.[0] ?? offset
    }
  }
  return offset
}

function describe(issue: v.BaseIssue<unknown>, path: readonly PropertyKey[]): string {
  const name = path.map(String).join('.')
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `unknown field ${JSON.stringify(String(path.at(-1)))}: remove it or correct its name`
  return name === '' ? issue.message : `${name}: ${issue.message}`
}
