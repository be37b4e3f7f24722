import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { useHasCluster, useNamespaces } from '../../app/cluster.ts'
import { useTargetWords } from '../../app/page-words.ts'
import { useMonitors } from '../../app/targets.ts'
import { useUrlEntries } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import {
  distinctReasons,
  levelOf,
  monitorObjects,
  type MonitorObject,
  type MonitorReason,
  type MonitorReport,
} from '../../lib/monitor-reports.ts'
import { objectPath } from '../../lib/object-path.ts'
import { factTexts } from '../../lib/target-page.ts'
import type { TargetWords } from '../../words/en-targets.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ObjectLink } from '../../parts/object-link.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Status } from '../../parts/status.tsx'
import { dropText } from './dropped-tab.tsx'

/** Each object that asks to be scraped: its targets, or why there is none and the nearest that would work. */
export function MonitorsTab() {
  const { words } = useWords()
  const said = useTargetWords()
  const hasCluster = useHasCluster()
  const namespaces = useNamespaces()
  const { data, error } = useMonitors(hasCluster)
  if (!hasCluster)
    return (
      <Card>
        <EmptyState title={said.monitors.noCluster}>{said.monitors.noClusterWhy}</EmptyState>
      </Card>
    )
  if (!data)
    return (
      <Card>
        {error ? (
          <EmptyState title={words.state.failed(said.tabs.monitors)}>
            {words.state.failedDetail(error.message)}
          </EmptyState>
        ) : (
          <Skeleton kind="rows" />
        )}
      </Card>
    )
  return <Objects objects={monitorObjects(data.reports, namespaces)} namespaces={namespaces} />
}

function Card({ children }: { children: ReactNode }) {
  const said = useTargetWords()
  return (
    <section className="card" aria-label={said.tabs.monitors} data-card="monitors">
      {children}
    </section>
  )
}

function Objects({ objects, namespaces }: { objects: MonitorObject[]; namespaces: readonly string[] }) {
  const said = useTargetWords().monitors
  const [search] = useSearchParams()
  const setEntries = useUrlEntries()
  const onlySilent = search.get('only') === 'silent'
  const toggle = () => setEntries({ only: onlySilent ? null : 'silent' })
  const shown = onlySilent ? objects.filter(({ level }) => level === 'warn') : objects
  if (objects.length === 0)
    return (
      <Card>
        <EmptyState title={said.none}>
          {namespaces.length > 0 ? (
            said.noneIn(namespaces.join(', '))
          ) : (
            <>
              <p>{said.noneWhy}</p>
              <pre className="code wrap">{'metadata:\n  annotations:\n    prometheus.io/scrape: "true"'}</pre>
            </>
          )}
        </EmptyState>
      </Card>
    )
  return (
    <Card>
      <header>
        <h2>{said.all(objects.length)}</h2>
        <span className="sp" />
        <button type="button" className="btn" aria-pressed={onlySilent} onClick={toggle}>
          {said.onlySilent}
        </button>
      </header>
      {shown.length === 0 && (
        <EmptyState
          title={said.allWell}
          actions={
            <button type="button" className="btn primary" onClick={toggle}>
              {said.showAll}
            </button>
          }
        />
      )}
      {shown.map((object) => (
        <ObjectRow key={object.key} object={object} />
      ))}
    </Card>
  )
}

function ObjectRow({ object: { kind, namespace, name, targets, level, endpoints } }: { object: MonitorObject }) {
  const said = useTargetWords().monitors
  const dropped = endpoints.reduce((sum, endpoint) => sum + endpoint.dropped, 0)
  const isAnnotated = kind === 'Pod' || kind === 'Service'
  return (
    <article className="monitor" data-monitor={`${kind}/${namespace}/${name}`}>
      <header>
        <Status level={level} />
        <h3>
          <span className="monitor-kind">{isAnnotated ? said.annotated(kind) : kind}</span>{' '}
          <NameOf {...{ kind, namespace, name }} />
        </h3>
        <span className="t3">
          {said.targets(targets)}
          {dropped > 0 && ` · ${said.dropped(dropped)}`}
        </span>
      </header>
      {endpoints.map((endpoint) => (
        <Endpoint key={endpoint.index} endpoint={endpoint} isOne={endpoints.length === 1} />
      ))}
    </article>
  )
}

function NameOf({ kind, namespace, name }: { kind: string; namespace: string; name: string }) {
  if (objectPath({ kind, namespace, name }) === null)
    return (
      <b>
        {namespace}/{name}
      </b>
    )
  return (
    <>
      {namespace}/<ObjectLink kind={kind} namespace={namespace} name={name} />
    </>
  )
}

/** One endpoint: nothing where all is well, else each reason with what would work. */
function Endpoint({ endpoint, isOne }: { endpoint: MonitorReport; isOne: boolean }) {
  const said = useTargetWords()
  const reasons = distinctReasons(endpoint.reasons, (reason) => reasonText(reason, said))
  if (isOne && reasons.length === 0) return null
  return (
    <div className="monitor-endpoint">
      {!isOne && (
        <p>
          <Status level={levelOf(endpoint)}>
            {said.endpoint(endpoint.index + 1)} <span className="t3">{said.monitors.targets(endpoint.targets)}</span>
          </Status>
        </p>
      )}
      {reasons.map(({ key, text, reason }) => (
        <div className="monitor-reason" key={key}>
          <p className="t2">{text}</p>
          {reason.nearest.length > 0 && (
            <ul aria-label={said.monitors.nearest}>
              {reason.nearest.map(({ id, facts }) => (
                <li key={JSON.stringify([id, facts])}>{proposalText({ id, facts }, said)}</li>
              ))}
            </ul>
          )}
        </div>
      ))}
    </div>
  )
}

/** Why an object leads to no target; drops say their own reason. */
function reasonText({ id, facts }: MonitorReason, said: TargetWords): string {
  const { reasons } = said.monitors
  const texts = factTexts(facts)
  if (id === 'dropped') {
    const why = { id: String(facts['reason'] ?? ''), facts: texts as Record<string, string> }
    return `${reasons.dropped(texts)} ${dropText(why, said)}`
  }
  const say = Object.hasOwn(reasons, id) ? reasons[id as keyof typeof reasons] : reasons.other
  return say({ id, ...texts })
}

function proposalText({ id, facts }: Pick<MonitorReason, 'id' | 'facts'>, said: TargetWords): string {
  const { proposals } = said.monitors
  const say = Object.hasOwn(proposals, id) ? proposals[id as keyof typeof proposals] : proposals.other
  return say({ id, ...factTexts(facts) })
}
