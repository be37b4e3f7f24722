import { useState } from 'react'
import { useWords } from '../../app/words.ts'
import type { InstantSeries } from '../../lib/columns.ts'
import { wholeNumber } from '../../lib/format.ts'
import { seriesText } from '../../lib/series-name.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ObjectTable, type ObjectColumn, type SortOrder } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { QueryProblems } from './query-problems.tsx'
import { useInstantAnswers } from './use-expressions.ts'

interface Row extends InstantSeries {
  id: string
  letter: string
  text: string
}

const MOST_ROWS = 10_000

/** The answers at the end of the range, a row a series. */
export function ExploreTable({ expressions, letters }: { expressions: (string | null)[]; letters: string[] }) {
  const { words, language } = useWords()
  const asked = useInstantAnswers(expressions, letters)
  const [sort, setSort] = useState<SortOrder>({ id: 'value', descending: true })
  const rows = asked.flatMap(({ letter, answer }) =>
    (answer.data ?? []).map((one): Row => {
      const text = seriesText(one.labels)
      return { labels: one.labels, value: one.value, letter, text, id: `${letter} ${text}` }
    }),
  )
  const waiting = asked.some(({ answer }) => answer.data === undefined && answer.error === null)
  const columns: ObjectColumn<Row>[] = [
    {
      id: 'series',
      title: words.explore.series,
      sort: ({ text }) => text,
      cell: ({ letter, text }) => (
        <span className="mono">
          {asked.length > 1 && <span className="tag on letter">{letter}</span>} {text}
        </span>
      ),
    },
    {
      id: 'value',
      title: words.explore.value,
      width: 190,
      right: true,
      key: true,
      sort: ({ value }) => value,
      cell: ({ value }) => <span className="mono">{exact(value)}</span>,
    },
  ]
  return (
    <>
      <QueryProblems
        asked={asked.map(({ letter, expression, answer }) => ({ letter, expression, error: answer.error }))}
      />
      {waiting && rows.length === 0 ? (
        <Skeleton kind="rows" />
      ) : rows.length === 0 ? (
        asked.every(({ answer }) => answer.error === null) && (
          <EmptyState title={words.explore.noResult}>{words.explore.noResultWhy}</EmptyState>
        )
      ) : (
        <ObjectTable
          label={words.explore.results}
          columns={columns}
          rows={rows.slice(0, MOST_ROWS)}
          rowId={({ id }) => id}
          sort={sort}
          onSort={setSort}
          wrapping
        />
      )}
      {rows.length > MOST_ROWS && (
        <p className="hint table-hint">
          {words.explore.tooMany(wholeNumber(MOST_ROWS, language), wholeNumber(rows.length, language))}
        </p>
      )}
    </>
  )
}

/** All of a value's digits, as it would be copied. */
function exact(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
}
