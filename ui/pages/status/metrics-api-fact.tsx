import { useQuery } from '@tanstack/react-query'
import { useHasCluster } from '../../app/cluster.ts'
import { useWords } from '../../app/words.ts'
import { getOwn } from '../../lib/api.ts'
import type { MetricsApi } from '../../lib/missing-figures.ts'

/** Who answers metrics.k8s.io in the cluster, and how well. */
export function MetricsApiFact() {
  const { words } = useWords()
  const hasCluster = useHasCluster()
  const { data } = useQuery({
    queryKey: ['cluster/metrics-api'],
    queryFn: ({ signal }) => getOwn<MetricsApi>('cluster/metrics-api', signal),
    enabled: hasCluster,
    refetchInterval: 15_000,
  })
  if (!hasCluster || data === undefined) return null
  const said = words.session
  const text = !data.present
    ? said.metricsApiNone
    : data.available
      ? said.metricsApiBy(data.service)
      : said.metricsApiAway(data.service, data.why)
  return (
    <>
      <dt>{said.metricsApi}</dt>
      <dd data-fact="metrics-api">
        {text} {data.missing}
      </dd>
    </>
  )
}
