import type { ClusterModel } from '#lib/cluster'
import type { Asked } from './ask.ts'

/** A node or pod (whose name is not empty) without figures in metrics.k8s.io, and why: one sentence. */
interface MissingFigure {
  readonly node: string
  readonly namespace: string
  readonly pod: string
  readonly reason: string
  readonly text: string
}

/** What metrics-api says has no figures, as far as the asker may see. */
export async function missingFigures(ask: (expr: string) => Promise<Asked[]>): Promise<{ missing: MissingFigure[] }> {
  const found = await ask('binnacle_resource_metrics_missing_info')
  const missing = found.map(({ labels: { node = '', namespace = '', pod = '', reason = '', text = '' } }) => ({
    node,
    namespace,
    pod,
    reason,
    text,
  }))
  return { missing }
}

const API = 'v1beta1.metrics.k8s.io'
const OUR_CONDITION = 'ResourceMetricsComplete'

/** Which program answers metrics.k8s.io, and how it does. */
export function metricsApiView({ records }: Pick<ClusterModel, 'records'>) {
  const found = records.apiServices.get(API)
  const condition = (type: string) => found?.conditions.find((one) => one.type === type)
  const [available, complete] = [condition('Available'), condition(OUR_CONDITION)]
  return {
    present: found !== undefined,
    /** `namespace/name` of the Service that answers. */
    service: found?.service ?? '',
    available: available?.status === 'True',
    why: available?.message ?? '',
    complete: complete === undefined ? 'unknown' : complete.status === 'True' ? 'yes' : 'no',
    missing: complete?.status === 'False' ? complete.message : '',
  }
}
