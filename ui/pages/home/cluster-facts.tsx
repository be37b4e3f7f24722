import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { ClusterView } from '#lib/cluster'
import { useNamespaces } from '../../app/cluster.ts'
import { useClusterList } from '../../app/data.ts'
import { useClusterHomeWords } from '../../app/page-words.ts'
import { useSession } from '../../app/session.tsx'
import { useTargetPage } from '../../app/targets.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { clockTime } from '../../lib/format.ts'
import { countTargets } from '../../lib/target-page.ts'
import { linkTo } from '../../lib/url-state.ts'
import { Status } from '../../parts/status.tsx'

/** Whose cluster it is, and what of it is ready. */
export function ClusterFacts({ cluster }: { cluster: ClusterView }) {
  const said = useClusterHomeWords()
  const { name, version, nodes, context, user, server } = cluster
  const { cluster: seesCluster } = useSession()
  const shown = version.replace(/^v(\d+\.\d+)\..*/, '$1')
  return (
    <>
      <p className="t2" data-facts>
        <b className="cluster-name" title={server}>
          {name}
        </b>
        {shown !== '' && (
          <Fact>
            <span title={version}>{said.kubernetes(shown)}</span>
          </Fact>
        )}
        {cluster.synced && (
          <>
            {seesCluster && (
              <Fact>
                <Ready to="/nodes">{said.nodesReady(nodes.ready, nodes.total)}</Ready>
              </Fact>
            )}
            <Fact>
              <PodFacts cluster={cluster} />
            </Fact>
          </>
        )}
        <TargetFacts />
      </p>
      {seesCluster && (
        <p className="hint" data-whose>
          {said.whose(user, server)}
          {context !== '' && context !== name && ` · ${said.whoseContext(context)}`}
        </p>
      )}
    </>
  )
}

/** One more fact, after a dot. */
function Fact({ children }: { children: ReactNode }) {
  return (
    <span className="fact">
      {' · '}
      {children}
    </span>
  )
}

function Ready({ to, children }: { to: string; children: ReactNode }) {
  const [search] = useSearchParams()
  return (
    <Link className="plain" to={linkTo(to, search)}>
      {children}
    </Link>
  )
}

function PodFacts({ cluster }: { cluster: ClusterView }) {
  const said = useClusterHomeWords()
  const namespaces = useNamespaces()
  const all = useClusterList(namespaces.length > 0 ? 'namespaces' : null).data
  if (namespaces.length === 0) return <Ready to="/pods">{said.podsReady(cluster.pods.ready, cluster.pods.total)}</Ready>
  const chosen = (all ?? []).filter(({ name }) => namespaces.includes(name))
  const sum = (of: 'pods' | 'podsReady') => chosen.reduce((total, one) => total + one[of], 0)
  return <Ready to="/pods">{said.podsReadyIn(namespaces.join(', '), sum('podsReady'), sum('pods'))}</Ready>
}

/** How many targets are up; those that are only tried are told apart, as they are no trouble. */
function TargetFacts() {
  const said = useClusterHomeWords()
  const [search] = useSearchParams()
  const page = useTargetPage(false).data
  if (!page) return null
  const { up, all, failing, unreached } = countTargets(page)
  return (
    <>
      <Fact>
        <Ready to="/status">{said.targetsUp(up, all)}</Ready>
      </Fact>
      {(failing > 0 || unreached > 0) && (
        <Fact>
          <Link to={linkTo('/status', search, { only: 'failing' })}>
            {failing > 0 ? said.whyDown(failing) : said.unreached(unreached)}
          </Link>
        </Fact>
      )}
    </>
  )
}

/** The API server does not answer: since when, in which words, and that all below is older. */
export function ClusterLost({ cluster }: { cluster: ClusterView }) {
  const said = useClusterHomeWords()
  const { language } = useWords()
  const { utc } = usePageTime()
  return (
    <section className="card cluster-lost" role="alert" data-state="cluster-unreachable">
      <Status level="idle" wraps>
        <b>
          {cluster.name} {said.unreachable(clockTime(cluster.unreachableSinceMs, utc, language))}
        </b>{' '}
        <span className="t2">{said.unreachableWhy(cluster.unreachableWhy)}</span>
      </Status>
    </section>
  )
}
