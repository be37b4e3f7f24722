import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { useWords } from '../../app/words.ts'
import { getPrometheus } from '../../lib/api.ts'
import { wholeNumber } from '../../lib/format.ts'
import { prefixesOf } from '../../lib/prefixes.ts'
import { linkTo } from '../../lib/url-state.ts'

const SHOWN = 5

/** What there is to ask about: the largest families of metrics, each with how many it holds. */
export function MetricPrefixes() {
  const { words, language } = useWords()
  const [search] = useSearchParams()
  const names = useQuery({
    queryKey: ['metric names'],
    queryFn: ({ signal }) => getPrometheus<string[]>('label/__name__/values', signal),
    staleTime: 30_000,
  }).data
  if (!names || names.length === 0) return null
  const list = (pattern: string) =>
    linkTo('/explore', search, { expr: `count by (__name__) ({__name__=~"${pattern}"})`, tab: 'table' })
  return (
    <p className="crumbs hide-sm">
      {words.explore.prefixes}
      {prefixesOf(names)
        .slice(0, SHOWN)
        .map(({ prefix, count }) => (
          <Link key={prefix} to={list(`${prefix}_.*`)}>
            {prefix} ({count})
          </Link>
        ))}
      <Link to={list('.+')}>{words.explore.allMetrics(wholeNumber(names.length, language))}</Link>
    </p>
  )
}
