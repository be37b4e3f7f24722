import type { NamespaceView, ObjectDetail } from '#lib/cluster'
import { useClusterRateWindow } from '../../app/cluster.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { usageQueries } from '../../lib/cluster-queries.ts'
import { dateTime } from '../../lib/format.ts'
import { BarOf } from '../../parts/use-bar.tsx'
import { Card, Columns, ConditionsCard, EventsCard, Tags } from './cards.tsx'
import { Fact } from './fact.tsx'
import { Figure, UseFigure } from './figures.tsx'
import { ObjectHead } from './object-head.tsx'
import { RowsCard } from './rows-card.tsx'
import { NetworkChart, UseChart } from './charts.tsx'
import { useOneRow, useRowsOf } from './use-rows.ts'

/** One namespace: what runs in it, and what that uses. */
export function NamespacePage({ detail, namespace }: { detail: ObjectDetail; namespace: NamespaceView }) {
  const { words } = useWords()
  const { name } = namespace
  const scope = { namespaces: [name] }
  const row = useOneRow('namespaces', namespace, scope)
  const pods = useRowsOf('pods', detail.pods, scope)
  const workloads = useRowsOf('workloads', detail.workloads, scope, detail.pods)
  const said = words.resources
  const w = useClusterRateWindow()
  return (
    <>
      <ObjectHead row={row} table="namespaces">
        {namespace.pods === 0 ? said.says.nothingRuns : said.says.podsOfAll(namespace.podsReady, namespace.pods)}
      </ObjectHead>
      <div className="grid even">
        <UseFigure of="cpu" use={row.cpu} />
        <UseFigure of="memory" use={row.memory} />
        <Figure
          id="pods-figure"
          title={said.page.pods}
          value={String(namespace.podsReady)}
          of={said.page.podsOf(String(namespace.pods))}
          bar={<BarOf value={namespace.podsReady} whole={Math.max(1, namespace.pods)} wide plain />}
          hint={said.page.podsReady(namespace.podsReady, namespace.pods)}
        />
      </div>
      <div className="grid even">
        <UseChart
          of="cpu"
          by="namespace"
          scope={scope}
          use={row.cpu}
          title={said.page.cpuOf(name)}
          className="g6 keep"
        />
        <UseChart
          of="memory"
          by="namespace"
          scope={scope}
          use={row.memory}
          title={said.page.memoryOf(name)}
          className="g6 keep"
        />
      </div>
      <RowsCard
        id="workloads"
        kind="workloads"
        title={said.page.workloads}
        rows={workloads}
        columns={['name', 'state', 'ready', 'cpu', 'memory', 'restarts', 'age']}
        all={{ path: '/workloads', entries: { ns: name } }}
      />
      <RowsCard
        id="pods"
        kind="pods"
        title={said.page.pods}
        rows={pods}
        columns={['name', 'state', 'ready', 'cpu', 'memory', 'restarts', 'age']}
        all={{ path: '/pods', entries: { ns: name }, count: detail.podCount }}
      />
      <Columns
        left={
          <>
            <EventsCard events={detail.events} of={name} />
            <ConditionsCard conditions={detail.conditions} />
          </>
        }
        right={
          <>
            <NetworkChart
              title={said.page.network}
              received={usageQueries.received('namespace', scope, w)}
              sent={usageQueries.sent('namespace', scope, w)}
            />
            <NamespaceDetails namespace={namespace} />
          </>
        }
      />
    </>
  )
}

function NamespaceDetails({ namespace }: { namespace: NamespaceView }) {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const said = words.resources
  return (
    <Card id="details" title={said.page.details}>
      <div className="in">
        <dl className="facts">
          <Fact name={said.columns.state}>{namespace.phase}</Fact>
          <Fact name={said.page.created}>{dateTime(namespace.createdMs, utc, language)}</Fact>
          <Fact name={said.page.labels}>
            <Tags labels={namespace.labels} />
          </Fact>
        </dl>
      </div>
    </Card>
  )
}
