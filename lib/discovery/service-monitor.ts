import type { KubeObject } from '#lib/kube'
import type { CompiledEndpoint, CompiledMonitor, WantedPort } from './compiled-monitor.ts'
import { meta } from './meta-labels.ts'
import { readHttp, type RawPart } from './monitor-http.ts'
import { attachOf, monitorRecord, sdConfig } from './monitor-parts.ts'
import { copyPresentRule, copyRule, dropEndedPods, firstRule, readRules, setRule } from './monitor-rules.ts'
import { readLimits, readScrape } from './monitor-scrape.ts'
import { escapeRegex, readNamespaces, readSelector, selectorRules, type RawRule } from './monitor-selector.ts'
import { objectOf } from './read.ts'
import type { Reason } from './reason.ts'
import { SpecReader, specLimits } from './spec-reader.ts'

/** Reads a ServiceMonitor: one pool for each of its endpoints, relabelled as the operator does. */
export function compileServiceMonitor(object: KubeObject): CompiledMonitor {
  const spec = new SpecReader(objectOf(object.spec), 'spec')
  const { name, namespace = '' } = object.metadata
  const shared: Shared = {
    namespace,
    name,
    namespaces: readNamespaces(spec, namespace),
    selector: readSelector(spec.object('selector')),
    jobLabel: spec.text('jobLabel'),
    targetLabels: spec.texts('targetLabels'),
    podTargetLabels: spec.texts('podTargetLabels'),
    limits: readLimits(spec),
    withNode: attachOf(spec),
  }
  const endpoints = spec.objects('endpoints', specLimits.endpoints)
  if (endpoints.length === 0) spec.problem('no-endpoints', 'endpoints')
  return {
    ...monitorRecord(object, 'ServiceMonitor'),
    namespaces: shared.namespaces,
    selector: shared.selector,
    endpoints: endpoints.map((endpoint, i) => compileEndpoint(endpoint, i, shared)),
    problems: spec.problems,
  }
}

interface Shared {
  readonly namespace: string
  readonly name: string
  readonly namespaces: readonly string[] | undefined
  readonly selector: ReturnType<typeof readSelector>
  readonly jobLabel: string
  readonly targetLabels: readonly string[]
  readonly podTargetLabels: readonly string[]
  readonly limits: RawPart
  readonly withNode: boolean
}

function compileEndpoint({ json, path }: SpecReader, index: number, shared: Shared): CompiledEndpoint {
  const problems: Reason[] = []
  const endpoint = new SpecReader(json, path, problems)
  const pool = `serviceMonitor/${shared.namespace}/${shared.name}/${index}`
  const onlyRunning = endpoint.boolean('filterRunning') ?? true
  const port = readPort(endpoint)
  const rules = rulesOf(shared, port, onlyRunning)
  const config = {
    job_name: pool,
    ...readScrape(endpoint),
    ...readHttp(endpoint, shared.namespace),
    ...shared.limits,
    kubernetes_sd_configs: [sdConfig('endpointslice', shared.namespaces, shared.withNode)],
    relabel_configs: [...rules, ...readRules(endpoint, 'relabelings')],
    metric_relabel_configs: readRules(endpoint, 'metricRelabelings'),
  }
  return { pool, config, port, onlyRunning, ownRules: rules.length, problems }
}

function readPort(endpoint: SpecReader): WantedPort | undefined {
  const port = endpoint.text('port')
  if (port !== '') return { by: 'service-port', value: port }
  const target = endpoint.textOrNumber('targetPort')
  if (target === '' || target === '0') return undefined
  const isNumber = typeof endpoint.json.targetPort === 'number'
  return { by: isNumber ? 'container-port-number' : 'container-port-name', value: target }
}

const portLabels: Readonly<Record<WantedPort['by'], string>> = {
  'service-port': 'endpointslice_port_name',
  'container-port-name': 'pod_container_port_name',
  'container-port-number': 'pod_container_port_number',
}

/** The rule that keeps the targets of a port. */
export function portRule({ by, value }: WantedPort): RawRule {
  return { source_labels: [meta(portLabels[by])], regex: escapeRegex(value), action: 'keep' }
}

function rulesOf(shared: Shared, port: WantedPort | undefined, onlyRunning: boolean): RawRule[] {
  return [
    firstRule,
    ...selectorRules('service', shared.selector),
    ...(port ? [portRule(port)] : []),
    targetKindRule('Node', 'node'),
    targetKindRule('Pod', 'pod'),
    copyRule('namespace', 'namespace'),
    copyRule('service_name', 'service'),
    copyRule('pod_name', 'pod'),
    copyRule('pod_container_name', 'container'),
    ...(onlyRunning ? [dropEndedPods] : []),
    ...shared.targetLabels.map((label) => copyPresentRule('service_label_', label)),
    ...shared.podTargetLabels.map((label) => copyPresentRule('pod_label_', label)),
    copyRule('service_name', 'job'),
    ...(shared.jobLabel === '' ? [] : [copyPresentRule('service_label_', shared.jobLabel, 'job')]),
    ...(port ? [setRule('endpoint', port.value)] : []),
  ]
}

function targetKindRule(kind: string, label: string): RawRule {
  return {
    source_labels: [meta('endpointslice_address_target_kind'), meta('endpointslice_address_target_name')],
    separator: ';',
    regex: `${kind};(.*)`,
    replacement: '${1}',
    target_label: label,
  }
}
