import type { LineWriter, ResourceFamilies } from '../family.ts'
import { type Condition, conditionLines } from './conditions.ts'
import { alpha, annotations, created, deleted, labels, number, stable } from './families.ts'
import { text } from './fields.ts'
import { currentMetricLines, type MetricSource, targetMetricLines } from './horizontalpodautoscaler-metric.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { nearest } from './quantity.ts'

interface HorizontalPodAutoscaler extends Stored {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string }
    readonly minReplicas?: number
    readonly maxReplicas?: number
    readonly metrics?: readonly MetricSource[]
    readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules }
  }
  readonly status?: {
    readonly currentReplicas?: number
    readonly desiredReplicas?: number
    readonly currentMetrics?: readonly MetricSource[]
    readonly conditions?: readonly Condition[]
  }
}

interface ScalingRules {
  readonly tolerance?: unknown
}

const TARGET = ['scaletargetref_kind', 'scaletargetref_name']
const TARGET_WITH_VERSION = ['scaletargetref_api_version', ...TARGET]

/** Horizontal pod autoscalers. */
export const horizontalPodAutoscalers: ResourceFamilies<HorizontalPodAutoscaler> = {
  resource: 'horizontalpodautoscalers',
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  namespaced: true,
  baseNames: ['namespace', 'horizontalpodautoscaler'],
  base: namespaceAndName,
  families: [
    alpha('kube_horizontalpodautoscaler_info', 'Information about this autoscaler.', infoLine),
    number(
      stable,
      'kube_horizontalpodautoscaler_metadata_generation',
      'The generation observed by the HorizontalPodAutoscaler controller.',
      ({ metadata }) => metadata?.generation,
    ),
    number(
      stable,
      'kube_horizontalpodautoscaler_spec_max_replicas',
      'Upper limit for the number of pods that can be set by the autoscaler; cannot be smaller than MinReplicas.',
      ({ spec }) => spec?.maxReplicas,
    ),
    number(
      stable,
      'kube_horizontalpodautoscaler_spec_min_replicas',
      'Lower limit for the number of pods that can be set by the autoscaler, default 1.',
      ({ spec }) => spec?.minReplicas ?? 1,
    ),
    alpha(
      'kube_horizontalpodautoscaler_spec_target_metric',
      'The metric specifications used by this autoscaler when calculating the desired replica count.',
      ({ spec }, out) => targetMetricLines(spec?.metrics, out),
    ),
    alpha(
      'kube_horizontalpodautoscaler_spec_behavior_scale_down_tolerance',
      'The tolerance on the ratio between the current and desired metric value below which no scale down occurs.',
      ({ spec }, out) => toleranceLine(spec?.behavior?.scaleDown, out),
    ),
    alpha(
      'kube_horizontalpodautoscaler_spec_behavior_scale_up_tolerance',
      'The tolerance on the ratio between the current and desired metric value below which no scale up occurs.',
      ({ spec }, out) => toleranceLine(spec?.behavior?.scaleUp, out),
    ),
    stable(
      'kube_horizontalpodautoscaler_status_target_metric',
      'The current metric status used by this autoscaler when calculating the desired replica count.',
      ({ status }, out) => currentMetricLines(status?.currentMetrics, out),
    ),
    number(
      stable,
      'kube_horizontalpodautoscaler_status_current_replicas',
      'Current number of replicas of pods managed by this autoscaler.',
      ({ status }) => status?.currentReplicas,
    ),
    number(
      stable,
      'kube_horizontalpodautoscaler_status_desired_replicas',
      'Desired number of replicas of pods managed by this autoscaler.',
      ({ status }) => status?.desiredReplicas,
    ),
    annotations(alpha, 'kube_horizontalpodautoscaler_annotations'),
    labels(stable, 'kube_horizontalpodautoscaler_labels'),
    stable('kube_horizontalpodautoscaler_status_condition', 'The condition of this autoscaler.', ({ status }, out) =>
      conditionLines(status?.conditions, out),
    ),
    created(alpha, 'kube_horizontalpodautoscaler_created'),
    deleted(alpha, 'kube_horizontalpodautoscaler_deletion_timestamp'),
  ],
}

function infoLine({ spec }: HorizontalPodAutoscaler, out: LineWriter): void {
  const target = spec?.scaleTargetRef
  const version = text(target?.apiVersion)
  const values = [text(target?.kind), text(target?.name)]
  if (version === '') out.labelled(TARGET, values, 1)
  else out.labelled(TARGET_WITH_VERSION, [version, ...values], 1)
}

function toleranceLine(rules: ScalingRules | undefined, out: LineWriter): void {
  const tolerance = nearest(rules?.tolerance)
  if (!Number.isNaN(tolerance)) out.value(tolerance)
}
