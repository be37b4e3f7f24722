import { useMemo } from 'react'
import type { ClusterView } from '#lib/cluster'
import { useClusterList, useInstant } from '../../app/data.ts'
import { useClusterHomeWords } from '../../app/page-words.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { nodeCapacity, remarkOf, type Capacity, type NodeResource } from '../../lib/capacity.ts'
import { nodeQueries, NOW } from '../../lib/cluster-queries.ts'
import { hourMinute } from '../../lib/format.ts'
import { homeQueries } from '../../lib/home-queries.ts'
import { measuredBy } from '../../lib/resource-row.ts'
import { chooseUnit, withUnit } from '../../lib/units.ts'
import { BarOf } from '../../parts/use-bar.tsx'
import { FigureCard } from './figure-card.tsx'
import { ApiServerCard, NetworkCard } from './traffic-cards.tsx'

interface Scope {
  cluster: ClusterView
  /** None: the whole cluster. */
  namespaces: readonly string[]
}

/** How full the cluster is, and how busy. */
export function CapacityCards({ cluster, namespaces }: Scope) {
  const said = useClusterHomeWords()
  const isNarrow = namespaces.length > 0
  return (
    <section className="grid even capacity" aria-label={said.capacity}>
      {(['cpu', 'memory'] as const).map((of) =>
        isNarrow ? (
          <ShareCard key={of} of={of} namespaces={namespaces} />
        ) : (
          <CapacityCard key={of} of={of} cluster={cluster} />
        ),
      )}
      <NetworkCard namespaces={namespaces} />
      <ApiServerCard />
    </section>
  )
}

function CapacityCard({ of, cluster }: { of: NodeResource; cluster: ClusterView }) {
  const { words, language } = useWords()
  const said = useClusterHomeWords()
  const nodes = useClusterList('nodes').data
  const measured = useInstant(of === 'cpu' ? nodeQueries.cpu(NOW) : nodeQueries.memory()).data
  const capacity = useMemo(
    () => nodeCapacity(of, nodes ?? [], measuredBy(['node'], measured), cluster.requested),
    [of, nodes, measured, cluster.requested],
  )
  const unit = chooseUnit(of === 'cpu' ? 'cores' : 'bytes', Math.max(capacity.size, capacity.used ?? 0), language)
  const name = words.units[unit.name] ?? unit.name
  const hint = useCapacityHint(of, capacity)
  const isBlind = nodes !== undefined && measured !== undefined && capacity.used === null
  return (
    <FigureCard
      id={`${of}-capacity`}
      title={of === 'cpu' ? words.home.cpu : words.home.memory}
      value={unit.text(capacity.used)}
      of={said.used(`${unit.text(capacity.size)} ${name}`)}
      picture={<BarOf value={capacity.used ?? 0} whole={capacity.size || 1} request={capacity.requested} wide />}
      hint={hint}
      isLoading={nodes === undefined || measured === undefined}
      none={isBlind ? <WhyBlind cluster={cluster} /> : undefined}
    />
  )
}

/** What kubelets or the rights say about missing use. */
function WhyBlind({ cluster }: { cluster: ClusterView }) {
  const said = useClusterHomeWords()
  const { language } = useWords()
  const { utc } = usePageTime()
  if (!cluster.reachable) return said.notSince(hourMinute(cluster.unreachableSinceMs, utc, language))
  const note = cluster.notes.find(({ subject, level }) => subject === 'kubelets' && level === 'warning')
  return note?.text ?? said.noKubelets
}

function useCapacityHint(of: NodeResource, capacity: Capacity): string {
  const { words, language } = useWords()
  const said = useClusterHomeWords()
  const { used, size, requested, waiting, measuredNodes, allNodes } = capacity
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
  const amount = (value: number) =>
    of === 'memory' ? withUnit('bytes', value, language) : `${number.format(value)} ${words.units['cores']}`
  const asked = of === 'memory' ? withUnit('bytes', requested, language) : number.format(requested)
  const remarks = {
    over: () => said.requestedOver(asked, `${Math.round((requested / (size || 1)) * 100)}%`),
    unused: () => said.requestedUnused(asked, amount(requested - (used ?? 0))),
    free: () => said.requestedFree(asked, amount(size - requested)),
  }
  return [
    remarks[remarkOf(capacity)](),
    waiting > 0 ? said.waiting(amount(waiting)) : '',
    measuredNodes > 0 && measuredNodes < allNodes ? said.someNodes(measuredNodes, allNodes) : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** What some namespaces use, beside what their pods request: the size of the cluster is not theirs. */
function ShareCard({ of, namespaces }: { of: NodeResource; namespaces: readonly string[] }) {
  const { words, language } = useWords()
  const said = useClusterHomeWords()
  const all = useClusterList('namespaces').data
  const scope = useMemo(() => ({ namespaces }), [namespaces])
  const measured = useInstant(of === 'cpu' ? homeQueries.cpu(scope, NOW) : homeQueries.memory(scope)).data
  const used = measured?.reduce((sum, { value }) => sum + value, 0) ?? 0
  const requested = (all ?? [])
    .filter(({ name }) => namespaces.includes(name))
    .reduce((sum, one) => sum + (one.requested[of] ?? 0), 0)
  const unit = chooseUnit(of === 'cpu' ? 'cores' : 'bytes', Math.max(used, requested), language)
  const name = words.units[unit.name] ?? unit.name
  return (
    <FigureCard
      id={`${of}-capacity`}
      title={of === 'cpu' ? words.home.cpu : words.home.memory}
      value={unit.text(used)}
      of={said.usedIn(name, namespaces.join(', '))}
      picture={<BarOf value={used} whole={Math.max(2 * requested, used * 1.15) || 1} request={requested} open wide />}
      hint={said.requested(`${unit.text(requested)} ${name}`)}
      isLoading={all === undefined || measured === undefined}
      none={measured?.length === 0 ? said.noCharts : undefined}
    />
  )
}
