import type { ObjectDetail, WorkloadView } from '#lib/cluster'
import { useClusterRateWindow } from '../../app/cluster.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { podPattern, usageQueries } from '../../lib/cluster-queries.ts'
import { dateTime } from '../../lib/format.ts'
import type { Use } from '../../lib/resource-row.ts'
import { ObjectLink } from '../../parts/object-link.tsx'
import { Card, Columns, ConditionsCard, EventsCard, Tags } from './cards.tsx'
import { Fact } from './fact.tsx'
import { Crumb, ObjectHead } from './object-head.tsx'
import { RowsCard } from './rows-card.tsx'
import { NetworkChart, UseChart } from './charts.tsx'
import { useOneRow, useRowsOf } from './use-rows.ts'

/** One workload: how far it is, and how each of its pods does against its limits. */
export function WorkloadPage({ detail, workload }: { detail: ObjectDetail; workload: WorkloadView }) {
  const { words } = useWords()
  const { kind, namespace, name } = workload
  const scope = { namespaces: [namespace], pods: podPattern(kind, name) }
  const row = useOneRow('workloads', workload, scope, detail.pods)
  const pods = useRowsOf('pods', detail.pods, scope)
  const workloads = useRowsOf('workloads', detail.workloads, scope, detail.pods)
  const said = words.resources
  const w = useClusterRateWindow()
  return (
    <>
      <ObjectHead
        row={row}
        table="workloads"
        within={
          <Crumb>
            <ObjectLink kind="namespace" namespace="" name={namespace} />
          </Crumb>
        }
      >
        <WorkloadSentence workload={workload} />
      </ObjectHead>
      <div className="grid even">
        <UseChart
          of="memory"
          by="pod"
          scope={scope}
          use={perPod(row.memory, workload.pods)}
          title={said.page.memoryOf(name)}
          says={said.page.perPod}
          className="g6 keep"
        />
        <UseChart
          of="cpu"
          by="pod"
          scope={scope}
          use={perPod(row.cpu, workload.pods)}
          title={said.page.cpuOf(name)}
          says={said.page.perPod}
          className="g6 keep"
        />
      </div>
      <RowsCard
        id="pods"
        kind="pods"
        title={said.page.pods}
        rows={pods}
        columns={['name', 'state', 'ready', 'cpu', 'memory', 'restarts', 'node', 'age']}
        all={{ path: '/pods', entries: { ns: namespace, filter: `workload = ${name}` }, count: detail.podCount }}
      />
      {workloads !== undefined && workloads.length > 0 && (
        <RowsCard
          id="revisions"
          kind="workloads"
          title={kind === 'Deployment' ? said.page.revisions : said.page.workloads}
          rows={workloads}
          columns={['name', 'state', 'ready', 'image', 'age']}
          sort={{ id: 'age', descending: false }}
          most={6}
        />
      )}
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
            <WorkloadDetails workload={workload} />
          </>
        }
      />
    </>
  )
}

/** The sums of a workload as what each of its pods has: the lines that each pod is compared with. */
function perPod(use: Use, pods: number): Use {
  const share = (value: number | undefined) => (value === undefined || pods === 0 ? undefined : value / pods)
  return { value: null, request: share(use.request), limit: share(use.limit), size: undefined }
}

function WorkloadSentence({ workload }: { workload: WorkloadView }) {
  const { words } = useWords()
  const said = words.resources.says
  const { desired, ready, updated, restarts, kind } = workload
  const parts: string[] = []
  const isWell = workload.state.level === 'ok'
  if (isWell && kind !== 'CronJob' && kind !== 'Job' && desired > 0) parts.push(said.podsOfAll(ready, desired))
  if (updated < desired && kind !== 'Job' && kind !== 'CronJob') parts.push(said.updated(updated, desired))
  if (restarts > 0) parts.push(said.restarted(restarts))
  return parts.join(' ')
}

function WorkloadDetails({ workload }: { workload: WorkloadView }) {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const { page, columns } = words.resources
  const { kind, namespace, images, revision, createdMs, labels } = workload
  return (
    <Card id="details" title={page.details}>
      <div className="in">
        <dl className="facts">
          <Fact name={columns.kind}>{revision === '' ? kind : `${kind}, ${page.revision(revision)}`}</Fact>
          <Fact name={columns.namespace}>
            <ObjectLink kind="namespace" namespace="" name={namespace} />
          </Fact>
          <Fact name={columns.image}>
            {images.map((image) => (
              <div key={image}>
                <code>{image}</code>
              </div>
            ))}
          </Fact>
          <Fact name={page.created}>{dateTime(createdMs, utc, language)}</Fact>
          <Fact name={page.labels}>
            <Tags labels={labels} />
          </Fact>
        </dl>
      </div>
    </Card>
  )
}
