import { lazy, Suspense } from 'react'
import { useNamespaces } from '../../app/cluster.ts'
import { useAbout, useCluster } from '../../app/data.ts'
import { useClusterHomeWords } from '../../app/page-words.ts'
import { useSession } from '../../app/session.tsx'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { ChartBoxes } from './chart-boxes.tsx'
import { CapacityCards } from './capacity-cards.tsx'
import { ClusterFacts, ClusterLost } from './cluster-facts.tsx'
import { ClusterVerdict, useClusterVerdict } from './cluster-verdict.tsx'
import { useSettled } from './settled.ts'
import './cluster-home.css'

const NamespaceCharts = lazy(async () => ({ default: (await import('./namespace-charts.tsx')).NamespaceCharts }))
const ClusterTables = lazy(async () => ({ default: (await import('./cluster-tables.tsx')).ClusterTables }))
const AccessAndSelf = lazy(async () => ({ default: (await import('./access-card.tsx')).AccessAndSelf }))

/** Home of a cluster: how it is, what needs someone, how full it is, and what fills it. */
export function ClusterHome() {
  const { words } = useWords()
  const cluster = useCluster().data
  const { verdict, error } = useClusterVerdict()
  useTitle(cluster?.name || words.home.title)
  const isSettled = useSettled(verdict !== undefined || error !== null)
  if (!cluster || !isSettled) return <Skeleton kind="page" />
  return (
    <div className="page cluster-home" data-page="home" data-of="cluster">
      {!cluster.reachable && <ClusterLost cluster={cluster} />}
      <ClusterVerdict cluster={cluster} facts={<ClusterFacts cluster={cluster} />} />
      <div className={cluster.reachable ? 'page' : 'page cluster-stale'}>
        {cluster.synced ? <Body /> : <StillLooking name={cluster.name} />}
      </div>
    </div>
  )
}

/** Everything below the verdict; what is further down comes after what is seen first. */
function Body() {
  const about = useAbout().data
  const namespaces = useNamespaces()
  const cluster = useCluster().data
  const { cluster: seesCluster } = useSession()
  return (
    <>
      {cluster && seesCluster && <CapacityCards cluster={cluster} namespaces={namespaces} />}
      {!seesCluster && <SeenPart />}
      <Suspense fallback={<ChartBoxes ids={[['cpu', 'memory']]} />}>
        <NamespaceCharts namespaces={namespaces} />
      </Suspense>
      <Suspense fallback={<Box />}>
        <ClusterTables />
      </Suspense>
      <Suspense fallback={<Box />}>{about && <AccessAndSelf about={about} />}</Suspense>
    </>
  )
}

/** Whoever sees some namespaces alone is told so, in place of what belongs to none. */
function SeenPart() {
  const { words } = useWords()
  const { namespaces } = useSession()
  return (
    <p className="hint" data-state="seen-part">
      {words.session.onlyNamespaces(namespaces.join(', '))} {words.session.notTheCluster}
    </p>
  )
}

function StillLooking({ name }: { name: string }) {
  const said = useClusterHomeWords()
  const about = useAbout().data
  return (
    <>
      <section className="card" data-state="cluster-reading">
        <EmptyState title={said.lookingWhy(name)} />
      </section>
      <Suspense fallback={<Box />}>{about && <AccessAndSelf about={about} />}</Suspense>
    </>
  )
}

function Box() {
  return (
    <section className="card box-of-table">
      <Skeleton kind="rows" />
    </section>
  )
}
