import type { NodeView, ObjectDetail } from '#lib/cluster'
import { useClusterRateWindow } from '../../app/cluster.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { nodeQueries } from '../../lib/cluster-queries.ts'
import { dateTime } from '../../lib/format.ts'
import type { ResourceRow } from '../../lib/resource-row.ts'
import { withUnit } from '../../lib/units.ts'
import { BarOf } from '../../parts/use-bar.tsx'
import { Card, Columns, ConditionsCard, EventsCard, Tags } from './cards.tsx'
import { Fact } from './fact.tsx'
import { Figure, UseFigure } from './figures.tsx'
import { NoFigures } from './no-figures.tsx'
import { ObjectHead } from './object-head.tsx'
import { RowsCard } from './rows-card.tsx'
import { NetworkChart, UseChart } from './charts.tsx'
import { useOneRow, useRowsOf } from './use-rows.ts'

/** One node: what its pods use of it, and what they have asked for. */
export function NodePage({ detail, node }: { detail: ObjectDetail; node: NodeView }) {
  const { words } = useWords()
  const { name } = node
  const row = useOneRow('nodes', node, { node: name })
  const pods = useRowsOf('pods', detail.pods, { node: name })
  const w = useClusterRateWindow()
  return (
    <>
      <ObjectHead row={row} table="nodes">
        <NodeSentence node={node} row={row} />
      </ObjectHead>
      <NoFigures name={name} />
      <div className="grid even">
        <UseFigure of="cpu" use={row.cpu} />
        <UseFigure of="memory" use={row.memory} />
        <PodsFigure node={node} detail={detail} />
      </div>
      <NodeCharts row={row} />
      <RowsCard
        id="pods"
        kind="pods"
        title={words.resources.page.pods}
        rows={pods}
        columns={['name', 'state', 'namespace', 'ready', 'cpu', 'memory', 'restarts', 'age']}
        all={{ path: '/pods', entries: { filter: `node = ${name}` }, count: detail.podCount }}
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
              title={words.resources.page.network}
              received={nodeQueries.received(w, name)}
              sent={nodeQueries.sent(w, name)}
            />
            <NodeDetails node={node} />
          </>
        }
      />
    </>
  )
}

function NodeSentence({ node, row }: { node: NodeView; row: ResourceRow }) {
  const { words, language } = useWords()
  const said = words.resources
  if (row.cpu.value === null || row.memory.value === null) return said.counts.pods(node.pods)
  const cpu = `${new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(row.cpu.value)} ${words.units['cores']}`
  return said.says.nodePods(said.counts.pods(node.pods), cpu, withUnit('bytes', row.memory.value, language))
}

function PodsFigure({ node, detail }: { node: NodeView; detail: ObjectDetail }) {
  const { words } = useWords()
  const said = words.resources
  const most = node.allocatable.pods
  const ready = detail.pods.filter(({ ready: count, containers }) => count >= containers).length
  return (
    <Figure
      id="pods-figure"
      title={said.page.pods}
      value={String(node.pods)}
      of={most === undefined ? '' : said.page.podsOf(String(most))}
      bar={<BarOf value={node.pods} whole={most ?? Math.max(1, node.pods)} open={most === undefined} wide />}
      hint={said.page.podsReady(ready, detail.pods.length)}
    />
  )
}

function NodeCharts({ row }: { row: ResourceRow }) {
  const { words } = useWords()
  const said = words.resources.page
  const shared = {
    scope: { node: row.name },
    by: 'node' as const,
    className: 'g6 keep',
    names: { request: said.requested, limit: said.allocatable },
  }
  return (
    <div className="grid even">
      <UseChart {...shared} of="cpu" title={said.cpuOf(row.name)} use={row.cpu} />
      <UseChart {...shared} of="memory" title={said.memoryOf(row.name)} use={row.memory} />
    </div>
  )
}

function NodeDetails({ node }: { node: NodeView }) {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const { page, columns } = words.resources
  return (
    <Card id="details" title={page.details}>
      <div className="in">
        <dl className="facts">
          <Fact name={columns.roles}>{node.roles.join(', ') || page.none}</Fact>
          {node.zone !== '' && <Fact name={columns.zone}>{node.zone}</Fact>}
          <Fact name={page.internalAddress}>{node.internalIp || '–'}</Fact>
          <Fact name={page.kubelet}>{node.kubeletVersion}</Fact>
          <Fact name={page.system}>
            {node.osImage}, {node.kernelVersion}
          </Fact>
          <Fact name={page.runtime}>{node.runtime}</Fact>
          <Fact name={page.created}>{dateTime(node.createdMs, utc, language)}</Fact>
          <Fact name={page.taints}>{node.taints.join(', ') || page.none}</Fact>
          <Fact name={page.labels}>
            <Tags labels={node.labels} />
          </Fact>
        </dl>
      </div>
    </Card>
  )
}
