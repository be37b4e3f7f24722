import { useWords } from '../../app/words.ts'
import { lineAt, queryProblem } from '../../lib/query-error.ts'
import { Status } from '../../parts/status.tsx'

interface Props {
  asked: { letter: string; expression: string; error: string | null }[]
}

/** What is wrong with an expression, shown at its place in the text. */
export function QueryProblems({ asked }: Props) {
  const { words } = useWords()
  return asked.map(({ letter, expression, error }) => {
    if (error === null) return null
    const { message, offset } = queryProblem(error, expression)
    return (
      <div className="problem" key={letter} role="alert" data-problem={letter}>
        <h2>
          <Status level="crit" wraps>
            {words.explore.errorTitle(letter)}
          </Status>
        </h2>
        <p>{message}</p>
        {offset !== null && <Place expression={expression} offset={offset} />}
      </div>
    )
  })
}

function Place({ expression, offset }: { expression: string; offset: number }) {
  const { words } = useWords()
  const { text, column, line } = lineAt(expression, offset)
  return (
    <>
      <div className="code wrap">
        {text.slice(0, column)}
        <mark>{text.slice(column, column + 1) || '␠'}</mark>
        {text.slice(column + 1)}
      </div>
      <p className="hint">{words.explore.errorAt(`${line}:${column + 1}`)}</p>
    </>
  )
}
