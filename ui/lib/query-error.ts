/** A refusal of an expression: what is wrong, and where in the text. */
export interface QueryProblem {
  message: string
  /** The offset in the expression, or null when the server did not say. */
  offset: number | null
}

const POSITION = /(?:^|\s)(\d+):(\d+): parse error: ([\s\S]*)$/

/** Finds the place that an error names, in the form that Prometheus words it: `1:5: parse error: …`. */
export function queryProblem(error: string, expression: string): QueryProblem {
  const found = POSITION.exec(error)
  if (!found) return { message: error, offset: null }
  const [, line, column, message] = found
  const before = expression.split('\n').slice(0, Number(line) - 1)
  const offset = before.reduce((sum, text) => sum + text.length + 1, 0) + Number(column) - 1
  return { message, offset: Math.min(offset, expression.length) }
}

/** The line of an expression that holds an offset, and where in that line. */
export function lineAt(expression: string, offset: number): { text: string; column: number; line: number } {
  const before = expression.slice(0, offset)
  const start = before.lastIndexOf('\n') + 1
  const end = expression.indexOf('\n', offset)
  return {
    text: expression.slice(start, end < 0 ? undefined : end),
    column: offset - start,
    line: before.split('\n').length,
  }
}
