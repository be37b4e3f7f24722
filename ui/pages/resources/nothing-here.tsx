import { useNamespaces } from '../../app/cluster.ts'
import { useCluster } from '../../app/data.ts'
import { useSession } from '../../app/session.tsx'
import { useWords } from '../../app/words.ts'
import { suggest } from '../../lib/nearest.ts'
import { resourceSubject } from '../../lib/resource-filter.ts'
import type { ResourceKind } from '../../lib/resource-row.ts'
import { matchesAll, parseTerm } from '../../lib/text-filter.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import type { TableView } from './table-view.ts'
import type { Rows } from './use-rows.ts'

/** A filter that finds nothing: what is hidden by it, and the nearest one that would find something. */
export function NoMatch({ kind, found, view }: { kind: ResourceKind; found: Rows; view: TableView }) {
  const { words } = useWords()
  const said = words.resources
  const { typed, nearest, elsewhere } = useWhatWouldMatch(found, view)
  const quick = view.quick === undefined ? [] : [said.quick[view.quick]]
  const count = said.counts[kind]
  return (
    <EmptyState
      title={said.empty.noMatch([...typed, ...quick].join(', '))}
      actions={
        <>
          {nearest && (
            <button
              type="button"
              className="btn primary"
              onClick={() => view.replaceTerm(nearest.instead, `${nearest.name} = ${nearest.value}`)}
            >
              {said.empty.use(nearest.value)}
            </button>
          )}
          <button type="button" className={nearest ? 'btn' : 'btn primary'} onClick={view.clear}>
            {said.empty.clear}
          </button>
          {elsewhere > 0 && (
            <button type="button" className="btn" onClick={view.allNamespaces}>
              {said.empty.allNamespaces}
            </button>
          )}
        </>
      }
    >
      {nearest
        ? said.empty.nearest(count(nearest.count), `${nearest.name} = ${nearest.value}`)
        : said.empty.hidden(count(found.rows?.length ?? 0))}{' '}
      {elsewhere > 0 && said.empty.elsewhere(count(elsewhere))}
    </EmptyState>
  )
}

function useWhatWouldMatch({ rows = [], all = [] }: Rows, view: TableView) {
  const namespaces = useNamespaces()
  const typed = [...view.terms, view.draft].filter((term) => parseTerm(term) !== null)
  const terms = typed.flatMap((term) => parseTerm(term) ?? [])
  const elsewhere =
    namespaces.length === 0
      ? 0
      : all.filter((row) => matchesAll(terms, resourceSubject(row))).length - view.matching.length
  return { typed, nearest: suggest(typed, terms, rows.map(resourceSubject)), elsewhere }
}

/** What gives a service account the right to what belongs to no namespace. */
const READER_COMMAND =
  'kubectl create clusterrolebinding NAME \\\n  --clusterrole=binnacle-reader \\\n  --serviceaccount=NAMESPACE:NAME'

/** Nothing of a kind, without any filter. */
export function NoneAtAll({ kind, view }: { kind: ResourceKind; view: TableView }) {
  const { words } = useWords()
  const namespaces = useNamespaces()
  const { cluster } = useSession()
  const said = words.resources.empty
  if (kind === 'nodes' && !cluster)
    return (
      <EmptyState title={words.resources.cluster.forbidden(words.resources.kinds[kind])}>
        <p>{words.session.notTheCluster}</p>
        <pre className="code wrap">{READER_COMMAND}</pre>
      </EmptyState>
    )
  if (namespaces.length === 0) return <EmptyState title={said.none[kind]}>{said.noneWhy}</EmptyState>
  return (
    <EmptyState
      title={said.none[kind]}
      actions={
        <button type="button" className="btn primary" onClick={view.allNamespaces}>
          {said.allNamespaces}
        </button>
      }
    >
      {said.noneIn(namespaces.join(', '))}
    </EmptyState>
  )
}

/** A list that may not be read: the server's words, and the right that would change it. */
export function Forbidden({ kind, why }: { kind: ResourceKind; why: string }) {
  const { words } = useWords()
  const note = useCluster().data?.notes.find(({ subject }) => subject === kind)
  return (
    <EmptyState title={words.resources.cluster.forbidden(words.resources.kinds[kind])}>
      <p>{note?.text ?? why}</p>
      {note !== undefined && note.remedy !== '' && <pre className="code wrap">{note.remedy}</pre>}
    </EmptyState>
  )
}
