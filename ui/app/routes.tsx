import { lazy } from 'react'
import { Link, Route, Routes, useSearchParams } from 'react-router'
import { EmptyState } from '../parts/empty-state.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { linkTo } from '../lib/url-state.ts'
import { useHasCluster } from './cluster.ts'
import { useCluster } from './data.ts'
import { useTitle } from './title.ts'
import { useWords } from './words.ts'

const ClusterHome = lazy(async () => ({ default: (await import('../pages/home/cluster-home.tsx')).ClusterHome }))
const Home = lazy(async () => ({ default: (await import('../pages/home/home.tsx')).Home }))
const Containers = lazy(async () => ({ default: (await import('../pages/containers/containers.tsx')).Containers }))
const ContainerPage = lazy(async () => ({ default: (await import('../pages/containers/container.tsx')).ContainerPage }))
const Resources = lazy(async () => ({ default: (await import('../pages/resources/resources.tsx')).Resources }))
const ObjectPage = lazy(async () => ({ default: (await import('../pages/resources/object-page.tsx')).ObjectPage }))
const Explore = lazy(async () => ({ default: (await import('../pages/explore/explore.tsx')).Explore }))
const Status = lazy(async () => ({ default: (await import('../pages/status/status.tsx')).Status }))
const UiKit = lazy(async () => ({ default: (await import('../pages/ui-kit/ui-kit.tsx')).UiKit }))

/** The pages by address; each loads when it is opened. */
export function PageRoutes() {
  return (
    <Routes>
      <Route path="/" element={<HomeOfEither />} />
      <Route path="/machine" element={<Home />} />
      <Route path="/containers" element={<ContainersOfEither />} />
      <Route path="/machine/containers" element={<Containers />} />
      <Route path="/containers/:name" element={<ContainerPage />} />
      {(['nodes', 'namespaces', 'workloads', 'pods'] as const).map((kind) => (
        <Route key={kind} path={`/${kind}`} element={<Resources key={kind} kind={kind} />} />
      ))}
      <Route path="/nodes/:name" element={<ObjectPage of="node" />} />
      <Route path="/namespaces/:name" element={<ObjectPage of="namespace" />} />
      <Route path="/workloads/:kind/:namespace/:name" element={<ObjectPage of="workload" />} />
      <Route path="/pods/:namespace/:name" element={<ObjectPage of="pod" />} />
      <Route path="/explore" element={<Explore />} />
      <Route path="/status/:tab?" element={<Status />} />
      <Route path="/ui-kit" element={<UiKit />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  )
}

/** Home of the cluster where one is watched, else of the machine; nothing is shown before that is known. */
function HomeOfEither() {
  const { data, error } = useCluster()
  if (!data && error === null) return <Skeleton kind="page" />
  return data?.present ? <ClusterHome /> : <Home />
}

/** Containers of the cluster where one is watched, else of the machine. */
function ContainersOfEither() {
  return useHasCluster() ? <Resources key="containers" kind="containers" /> : <Containers />
}

function NoPage() {
  const { words } = useWords()
  const [search] = useSearchParams()
  useTitle(words.state.noPage)
  return (
    <section className="card" data-page="none">
      <h1 className="hidden-visually">{words.state.noPage}</h1>
      <EmptyState
        title={words.state.noPage}
        actions={
          <Link className="btn primary" to={linkTo('/', search)}>
            {words.state.toHome}
          </Link>
        }
      >
        {words.state.noPageDetail}
      </EmptyState>
    </section>
  )
}
