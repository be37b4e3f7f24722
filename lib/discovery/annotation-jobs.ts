import { meta } from './meta-labels.ts'
import { sdConfig } from './monitor-parts.ts'
import { copyRule } from './monitor-rules.ts'
import type { RawRule } from './monitor-selector.ts'
import { annotationRank, type PoolPlan } from './pool-plan.ts'

/** How the annotations begin: `prometheus.io/scrape`. */
export const ANNOTATION = 'prometheus.io'

/** The pools of pods and services that are annotated, at the usual pace and slowly. */
export function annotationPlans(namespaces?: readonly string[]): PoolPlan[] {
  return [
    plan('kubernetes-pods', 'pod', podRules('kubernetes-pods', false), namespaces, {}),
    plan('kubernetes-pods-slow', 'pod', podRules('kubernetes-pods-slow', true), namespaces, slow),
    plan('kubernetes-service-endpoints', 'endpointslice', serviceRules(serviceJob, false), namespaces, {}),
    plan(
      'kubernetes-service-endpoints-slow',
      'endpointslice',
      serviceRules(`${serviceJob}-slow`, true),
      namespaces,
      slow,
    ),
  ]
}

const serviceJob = 'kubernetes-service-endpoints'
const slow = { scrape_interval: '5m', scrape_timeout: '30s' }

/** How many of a pool's targets its rules leave aside is no news: most pods are not annotated. */
export function isAnnotationPool(pool: string): boolean {
  return pool.startsWith('kubernetes-pods') || pool.startsWith(serviceJob)
}

function plan(
  name: string,
  role: string,
  rules: readonly RawRule[],
  namespaces: readonly string[] | undefined,
  times: object,
): PoolPlan {
  return {
    name,
    scrapeConfig: {
      job_name: name,
      ...times,
      // Small programs answer without a content type.
      fallback_scrape_protocol: 'PrometheusText0.0.4',
      kubernetes_sd_configs: [sdConfig(role, namespaces, false)],
      relabel_configs: rules,
    },
    origin: { kind: 'annotations', namespace: '', name, index: 0 },
    untrusted: true,
    optional: true,
    credentials: 'none',
    blocked: [],
    only: { annotations: [times === slow ? `${ANNOTATION}/scrape-slow` : `${ANNOTATION}/scrape`] },
    rank: annotationRank,
  }
}

function podRules(job: string, isSlow: boolean): RawRule[] {
  const port = annotation('pod', 'port')
  return [
    ...chosen('pod', isSlow),
    { source_labels: [meta('pod_phase')], regex: 'Pending|Succeeded|Failed|Completed', action: 'drop' },
    // Containers that start the pod do not listen any more.
    { source_labels: [meta('pod_container_init')], regex: 'true', action: 'drop' },
    ...way('pod'),
    {
      source_labels: [port, meta('pod_ip')],
      regex: '(\\d+);(([A-Fa-f0-9]{0,4}::?){1,7}[A-Fa-f0-9]{0,4})',
      replacement: '[$2]:$1',
      target_label: '__address__',
    },
    {
      source_labels: [port, meta('pod_ip')],
      regex: '(\\d+);((([0-9]+?)(\\.|$)){4})',
      replacement: '$2:$1',
      target_label: '__address__',
    },
    ...labelled('pod', job),
    copyRule('pod_name', 'pod'),
    copyRule('pod_container_name', 'container'),
    copyRule('pod_node_name', 'node'),
    copyRule('service_name', 'service'),
  ]
}

function serviceRules(job: string, isSlow: boolean): RawRule[] {
  return [
    ...chosen('service', isSlow),
    { source_labels: [meta('pod_phase')], regex: 'Succeeded|Failed', action: 'drop' },
    ...way('service'),
    {
      source_labels: ['__address__', annotation('service', 'port')],
      regex: '(.+?)(?::\\d+)?;(\\d+)',
      replacement: '$1:$2',
      target_label: '__address__',
    },
    ...labelled('service', job),
    copyRule('service_name', 'service'),
    copyRule('pod_name', 'pod'),
    copyRule('pod_container_name', 'container'),
    copyRule('pod_node_name', 'node'),
  ]
}

function annotation(role: string, name: string): string {
  return meta(`${role}_annotation_prometheus_io_${name}`)
}

/** At the usual pace: `scrape` and not `scrape-slow`. */
function chosen(role: string, isSlow: boolean): RawRule[] {
  const slowly = annotation(role, 'scrape_slow')
  if (isSlow) return [{ source_labels: [slowly], regex: 'true', action: 'keep' }]
  return [
    { source_labels: [annotation(role, 'scrape')], regex: 'true', action: 'keep' },
    { source_labels: [slowly], regex: 'true', action: 'drop' },
  ]
}

function way(role: string): RawRule[] {
  return [
    { source_labels: [annotation(role, 'scheme')], regex: '(https?)', target_label: '__scheme__' },
    { source_labels: [annotation(role, 'path')], regex: '(.+)', target_label: '__metrics_path__' },
    {
      action: 'labelmap',
      regex: `${meta(`${role}_annotation_prometheus_io_param_`)}(.+)`,
      replacement: '__param_$1',
    },
  ]
}

/** Labels of the object come along, but they cannot forge those that say where a series is from. */
function labelled(role: string, job: string): RawRule[] {
  return [
    { action: 'labelmap', regex: `${meta(`${role}_label_`)}(.+)` },
    { target_label: 'job', replacement: job },
    { source_labels: ['__address__'], target_label: 'instance' },
    copyRule('namespace', 'namespace'),
  ]
}
