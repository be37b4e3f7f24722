import { useEffect } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import type { NamespaceView, NodeView, ObjectDetail, PodView, WorkloadView } from '#lib/cluster'
import { useObject } from '../../app/data.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { kindName } from '../../lib/object-path.ts'
import type { ResourceKind } from '../../lib/resource-row.ts'
import { linkTo } from '../../lib/url-state.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { ClusterGate } from './cluster-gate.tsx'
import { NamespacePage } from './namespace-page.tsx'
import { NodePage } from './node-page.tsx'
import { PodPage } from './pod-page.tsx'
import './resources.css'
import { WorkloadPage } from './workload-page.tsx'

type ObjectKind = ObjectDetail['kind']

const TABLE: Record<ObjectKind, ResourceKind> = {
  node: 'nodes',
  namespace: 'namespaces',
  workload: 'workloads',
  pod: 'pods',
}

/** The page of one object of the cluster. */
export function ObjectPage({ of }: { of: ObjectKind }) {
  const { name = '', namespace = '', kind = of } = useParams()
  useTitle(name)
  return (
    <div className="page" data-page={of}>
      <ClusterGate title={name}>
        <Loaded key={`${kind}/${namespace}/${name}`} of={of} kind={kind} namespace={namespace} name={name} />
      </ClusterGate>
    </div>
  )
}

interface Ref {
  of: ObjectKind
  kind: string
  namespace: string
  name: string
}

function Loaded(ref: Ref) {
  const { of, kind, namespace, name } = ref
  const { data, error } = useObject(kind.toLowerCase(), namespace, name)
  useScrollToTop()
  if (!data) return error === null ? <Skeleton kind="page" /> : <Gone {...ref} why={error} />
  return (
    <>
      {error !== null && <Gone {...ref} why={error} />}
      <div className={error === null ? 'page' : 'page stale'}>
        <Page of={of} detail={data} />
      </div>
    </>
  )
}

function Page({ of, detail }: { of: ObjectKind; detail: ObjectDetail }) {
  if (of === 'pod') return <PodPage detail={detail} pod={detail.object as PodView} />
  if (of === 'node') return <NodePage detail={detail} node={detail.object as NodeView} />
  if (of === 'namespace') return <NamespacePage detail={detail} namespace={detail.object as NamespaceView} />
  return <WorkloadPage detail={detail} workload={detail.object as WorkloadView} />
}

function useScrollToTop(): void {
  useEffect(() => {
    document.querySelector('.main')?.scrollTo(0, 0)
  }, [])
}

function Gone({ of, kind, name, why }: Ref & { why: string }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  const said = words.resources
  return (
    <section className="card lost" data-state="gone">
      <h1 className="hidden-visually">{name}</h1>
      <EmptyState
        title={said.page.gone(kindName(kind), name)}
        actions={
          <Link className="btn primary" to={linkTo(`/${TABLE[of]}`, search)}>
            {said.page.all(said.kinds[TABLE[of]])}
          </Link>
        }
      >
        {said.page.goneWhy} {words.state.failedDetail(why)}
      </EmptyState>
    </section>
  )
}
