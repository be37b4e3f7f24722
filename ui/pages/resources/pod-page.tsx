import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { ContainerView, ObjectDetail, PodView } from '#lib/cluster'
import { useClusterRateWindow } from '../../app/cluster.ts'
import { useRange } from '../../app/data.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import type { ChartMark } from '../../lib/chart-model.ts'
import { restartQueries, usageQueries } from '../../lib/cluster-queries.ts'
import { dateTime } from '../../lib/format.ts'
import { restartMarks } from '../../lib/restart-marks.ts'
import type { ResourceRow } from '../../lib/resource-row.ts'
import { worstContainer } from '../../lib/worst-container.ts'
import { NoFigures } from './no-figures.tsx'
import { ObjectLink } from '../../parts/object-link.tsx'
import { Card, Columns, ConditionsCard, EventsCard, Tags } from './cards.tsx'
import { Fact } from './fact.tsx'
import { Crumb, MemorySentence, ObjectHead } from './object-head.tsx'
import { PodContainers } from './pod-containers.tsx'
import { PodSentence } from './pod-sentence.tsx'
import { NetworkChart, UseChart } from './charts.tsx'
import { useOneRow, useRowsOf } from './use-rows.ts'

/** One pod: how it is and why, its containers, and the use of one of them against its limits. */
export function PodPage({ detail, pod }: { detail: ObjectDetail; pod: PodView }) {
  const { words } = useWords()
  const { namespace, name, workload } = pod
  const scope = { namespaces: [namespace], pod: name }
  const row = useOneRow('pods', pod, scope)
  const containers = useRowsOf('containers', detail.containers, scope) ?? []
  const chosen = useChosen(containers)
  const marks = useMarks(pod, chosen)
  const w = useClusterRateWindow()
  return (
    <>
      <ObjectHead
        row={row}
        table="pods"
        within={
          <>
            <Crumb>
              <ObjectLink kind="namespace" namespace="" name={namespace} />
            </Crumb>
            {workload && (
              <Crumb>
                <ObjectLink {...workload} namespace={namespace} withKind />
              </Crumb>
            )}
          </>
        }
      >
        <PodSentence detail={detail} pod={pod} /> {row.state.level === 'ok' && <MemorySentence row={row} />}
      </ObjectHead>
      <NoFigures namespace={namespace} name={name} />
      <PodContainers rows={containers} chosen={chosen?.id} />
      {chosen && <ContainerCharts row={chosen} marks={marks} />}
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
              says={containers.length > 1 ? words.resources.page.networkHint : undefined}
              received={usageQueries.received('pod', scope, w)}
              sent={usageQueries.sent('pod', scope, w)}
              marks={marks}
            />
            <PodDetails pod={pod} />
          </>
        }
      />
    </>
  )
}

/** The container whose charts are shown: the one the URL names, else the one in most trouble. */
function useChosen(containers: readonly ResourceRow[]): ResourceRow | undefined {
  const [search] = useSearchParams()
  const named = search.get('c')
  return containers.find(({ name }) => name === named) ?? worstContainer(containers)
}

function useMarks({ namespace, name }: PodView, chosen: ResourceRow | undefined): ChartMark[] {
  const { words } = useWords()
  const scope = { namespaces: [namespace], pod: name }
  const counts = useRange(restartQueries.count(scope)).data
  const outOfMemory = useRange(restartQueries.outOfMemory(scope)).data
  const names = words.resources.page.marks
  return useMemo(
    () => (chosen ? restartMarks(chosen.view as ContainerView, counts, outOfMemory, names) : []),
    [chosen, counts, outOfMemory, names],
  )
}

function ContainerCharts({ row, marks }: { row: ResourceRow; marks: ChartMark[] }) {
  const { words } = useWords()
  const said = words.resources.page
  const { pod } = row.view as ContainerView
  const scope = { namespaces: [row.namespace], pod, container: row.name }
  const shared = { scope, by: 'container' as const, marks, className: 'g6 keep' }
  return (
    <div className="grid even" key={row.id}>
      <UseChart {...shared} of="memory" title={said.memoryOf(row.name)} use={row.memory} />
      <UseChart {...shared} of="cpu" title={said.cpuOf(row.name)} use={row.cpu} says={throttling(row, said)} />
    </div>
  )
}

function throttling(
  { cpu, throttledPercent }: ResourceRow,
  said: ReturnType<typeof useWords>['words']['resources']['page'],
): string {
  if (cpu.limit === undefined) return said.noCpuLimit
  return throttledPercent ? said.throttledBy(`${throttledPercent.toFixed(1)}%`) : said.neverThrottled
}

function PodDetails({ pod }: { pod: PodView }) {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const { page, columns } = words.resources
  const { node, ip, qos, workload, namespace, createdMs, labels } = pod
  return (
    <Card id="details" title={page.details}>
      <div className="in">
        <dl className="facts">
          <Fact name={columns.node}>
            {node === '' ? words.resources.noNode : <ObjectLink kind="node" namespace="" name={node} />}
          </Fact>
          <Fact name={columns.address}>{ip || '–'}</Fact>
          <Fact name={columns.workload}>
            {workload ? <ObjectLink {...workload} namespace={namespace} withKind /> : words.resources.noWorkload}
          </Fact>
          <Fact name={columns.qos}>{qos || '–'}</Fact>
          <Fact name={page.created}>{dateTime(createdMs, utc, language)}</Fact>
          <Fact name={page.labels}>
            <Tags labels={labels} />
          </Fact>
        </dl>
      </div>
    </Card>
  )
}
