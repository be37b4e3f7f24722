import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { AccessNote, ClusterView } from '#lib/cluster'
import { useCluster } from '../../app/data.ts'
import { useSeconds } from '../../app/seconds.ts'
import { useWords } from '../../app/words.ts'
import { longDuration } from '../../lib/format.ts'
import { linkTo } from '../../lib/url-state.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Status } from '../../parts/status.tsx'

/** Lets a page of the cluster be seen once there is one; until then it says why not, and what to do. */
export function ClusterGate({ title, children }: { title: string; children: ReactNode }) {
  const { words } = useWords()
  const { data: cluster, error } = useCluster()
  if (!cluster) {
    if (error === null) return <Skeleton kind="page" />
    return (
      <Card title={title}>
        <EmptyState title={words.state.failed(title)}>{words.state.failedDetail(error)}</EmptyState>
      </Card>
    )
  }
  if (!cluster.present) return <Absent title={title} cluster={cluster} />
  if (!cluster.synced) return <Reading title={title} cluster={cluster} />
  return (
    <>
      {!cluster.reachable && <Unreachable cluster={cluster} />}
      <div className={cluster.reachable ? 'page' : 'page stale'}>{children}</div>
    </>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card">
      <h1 className="hidden-visually">{title}</h1>
      {children}
    </section>
  )
}

function Absent({ title, cluster }: { title: string; cluster: ClusterView }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  const said = words.resources.cluster
  const home = (
    <Link className="btn primary" to={linkTo('/machine/containers', search)}>
      {said.toMachine}
    </Link>
  )
  return (
    <Card title={title}>
      <EmptyState title={said.absent} actions={home}>
        <p>{cluster.why === '' ? said.absentWhy : cluster.why}</p>
        <p>{said.absentDo}</p>
        <pre className="code">{'npm start -- --kube.config=$HOME/.kube/config --kube.context=NAME'}</pre>
      </EmptyState>
    </Card>
  )
}

function Reading({ title, cluster }: { title: string; cluster: ClusterView }) {
  const { words } = useWords()
  const said = words.resources.cluster
  return (
    <>
      {!cluster.reachable && <Unreachable cluster={cluster} />}
      <Card title={title}>
        <EmptyState title={said.reading(cluster.name)}>{said.readingWhy}</EmptyState>
      </Card>
    </>
  )
}

function Unreachable({ cluster }: { cluster: ClusterView }) {
  const { words, language } = useWords()
  const nowMs = useSeconds()
  const said = words.resources.cluster
  const since = longDuration(Math.max(0, nowMs - cluster.unreachableSinceMs), language)
  return (
    <section className="card lost" role="alert" data-state="cluster-unreachable">
      <EmptyState title={said.unreachable(since)}>{said.unreachableWhy(cluster.unreachableWhy)}</EmptyState>
    </section>
  )
}

/** What of the cluster cannot be read, why, and what would change that. */
export function AccessNotes({ subjects }: { subjects: readonly string[] }) {
  const notes = useCluster().data?.notes ?? []
  const missing = notes.filter(({ level, subject }) => level === 'warning' && subjects.includes(subject))
  if (missing.length === 0) return null
  return (
    <div className="notes hint" data-notes>
      {missing.map((note) => (
        <Note key={note.subject} note={note} />
      ))}
    </div>
  )
}

function Note({ note }: { note: AccessNote }) {
  const text = (
    <Status level="warn" wraps>
      {note.text}
    </Status>
  )
  if (note.remedy === '') return text
  return (
    <details>
      <summary>{text}</summary>
      <pre className="code wrap">{note.remedy}</pre>
    </details>
  )
}
