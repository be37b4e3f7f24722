import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { ClusterView } from '#lib/cluster'
import { useNamespaces } from '../../app/cluster.ts'
import { useClusterHomeWords } from '../../app/page-words.ts'
import { useVerdict } from '../../app/verdict.ts'
import { useWords } from '../../app/words.ts'
import { linkTo } from '../../lib/url-state.ts'
import { NeedsYou } from '../../parts/needs-you.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Verdict } from '../../parts/verdict.tsx'

/** The verdict in the scope of the page; the URL says whether every finding is listed. */
export function useClusterVerdict() {
  const [search] = useSearchParams()
  const namespaces = useNamespaces()
  const all = search.get('problems') === 'all'
  return { ...useVerdict({ namespaces, all }), all }
}

/** The sentence over the cluster and this machine, the facts under it, and what needs someone. */
export function ClusterVerdict({ cluster, facts }: { cluster: ClusterView; facts: ReactNode }) {
  const { words } = useWords()
  const said = useClusterHomeWords()
  const { verdict, error, all } = useClusterVerdict()
  const isLooking = !cluster.synced && (verdict?.level ?? 'idle') !== 'crit'
  return (
    <>
      <div className="head">
        <div className="col">
          {isLooking ? (
            <Verdict level="idle">{said.looking}</Verdict>
          ) : verdict ? (
            <Verdict level={verdict.level}>{verdict.sentence}</Verdict>
          ) : error ? (
            <Verdict level="idle">{words.home.noVerdict}</Verdict>
          ) : (
            <div className="verdict">
              <Skeleton kind="line" />
            </div>
          )}
          {facts}
        </div>
      </div>
      {verdict && verdict.needs.length > 0 && (
        <NeedsYou
          needs={verdict.needs}
          more={verdict.more}
          foot={<Foot all={all} more={verdict.more} shown={verdict.needs.length} />}
        />
      )}
    </>
  )
}

const FIRST = 5

/** The way to those that are not shown, and back. */
function Foot({ all, more, shown }: { all: boolean; more: number; shown: number }) {
  const { words } = useWords()
  const said = useClusterHomeWords()
  const [search] = useSearchParams()
  if (!all && more === 0) return null
  if (all && shown <= FIRST && more === 0) return null
  return (
    <p className="hint needs-more">
      <Link className="link" to={linkTo('/', search, { problems: all ? null : 'all' })}>
        {all ? said.fewer : words.home.andMore(more)}
      </Link>{' '}
      {all && more > 0 ? said.listed(more) : said.ranked}
    </p>
  )
}
