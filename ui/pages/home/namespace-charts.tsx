import { useMemo } from 'react'
import { useClusterRateWindow } from '../../app/cluster.ts'
import { useRange } from '../../app/data.ts'
import { useClusterHomeWords } from '../../app/page-words.ts'
import { useWords } from '../../app/words.ts'
import type { ChartSeries } from '../../lib/chart-model.ts'
import { homeQueries } from '../../lib/home-queries.ts'
import { MOST_PARTS, topAndOthers } from '../../lib/top-and-others.ts'
import { withUnit } from '../../lib/units.ts'
import { ChartCard } from '../../parts/chart-card.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'

/** What fills the cluster: CPU and memory by namespace, the largest apart, the rest as one. */
export function NamespaceCharts({ namespaces }: { namespaces: readonly string[] }) {
  const said = useClusterHomeWords()
  const w = useClusterRateWindow()
  const scope = useMemo(() => ({ namespaces }), [namespaces])
  return (
    <div className="grid even">
      <NamespaceChart id="cpu" title={said.cpuByNamespace} unit="cores" query={homeQueries.cpu(scope, w)} />
      <NamespaceChart id="memory" title={said.memoryByNamespace} unit="bytes" query={homeQueries.memory(scope)} />
    </div>
  )
}

interface Props {
  id: string
  title: string
  unit: 'cores' | 'bytes'
  query: string
}

const OTHERS_COLOR = 10

function NamespaceChart({ id, title, unit, query }: Props) {
  const { words, language } = useWords()
  const said = useClusterHomeWords()
  const { data, error } = useRange(query)
  const series = useMemo(() => data && partsOf(data, said.others), [data, said])
  const [largest] = series ?? []
  const last = largest?.points.values.at(-1)
  const says =
    last === undefined
      ? undefined
      : said.usesMost(
          largest.name,
          unit === 'bytes'
            ? withUnit('bytes', last, language)
            : `${new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(last)} ${words.units['cores']}`,
        )
  return (
    <ChartCard
      id={id}
      className="g6 keep"
      title={title}
      says={says}
      unit={unit}
      stack
      series={series}
      rows={MOST_PARTS}
      explore={[query]}
      error={error}
      empty={<EmptyState title={said.noCharts}>{words.resources.page.noMetricsWhy}</EmptyState>}
    />
  )
}

function partsOf(data: Parameters<typeof topAndOthers>[0], nameOthers: (count: number) => string): ChartSeries[] {
  const { top, others, otherCount } = topAndOthers(data)
  const named = top.map((points) => ({ name: points.labels['namespace'] ?? '', points }))
  return others ? [...named, { name: nameOthers(otherCount), points: others, color: OTHERS_COLOR }] : named
}
