import type { KubeObject } from '#lib/kube'
import type { CompiledEndpoint, CompiledMonitor, WantedPort } from './compiled-monitor.ts'
import { readHttp, type RawPart } from './monitor-http.ts'
import { attachOf, monitorRecord, sdConfig } from './monitor-parts.ts'
import { copyPresentRule, copyRule, dropEndedPods, firstRule, readRules, setRule } from './monitor-rules.ts'
import { readLimits, readScrape } from './monitor-scrape.ts'
import { readNamespaces, readSelector, selectorRules, type RawRule } from './monitor-selector.ts'
import { objectOf } from './read.ts'
import type { Reason } from './reason.ts'
import { portRule } from './service-monitor.ts'
import { SpecReader, specLimits } from './spec-reader.ts'

/** Reads a PodMonitor: one pool for each of its endpoints, relabelled as the operator does. */
export function compilePodMonitor(object: KubeObject): CompiledMonitor {
  const spec = new SpecReader(objectOf(object.spec), 'spec')
  const { name, namespace = '' } = object.metadata
  const shared: Shared = {
    namespace,
    name,
    namespaces: readNamespaces(spec, namespace),
    selector: readSelector(spec.object('selector')),
    jobLabel: spec.text('jobLabel'),
    podTargetLabels: spec.texts('podTargetLabels'),
    limits: readLimits(spec),
    withNode: attachOf(spec),
  }
  const endpoints = spec.objects('podMetricsEndpoints', specLimits.endpoints)
  if (endpoints.length === 0) spec.problem('no-endpoints', 'podMetricsEndpoints')
  return {
    ...monitorRecord(object, 'PodMonitor'),
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
  readonly podTargetLabels: readonly string[]
  readonly limits: RawPart
  readonly withNode: boolean
}

function compileEndpoint({ json, path }: SpecReader, index: number, shared: Shared): CompiledEndpoint {
  const problems: Reason[] = []
  const endpoint = new SpecReader(json, path, problems)
  const pool = `podMonitor/${shared.namespace}/${shared.name}/${index}`
  const onlyRunning = endpoint.boolean('filterRunning') ?? true
  const port = readPort(endpoint)
  const rules = rulesOf(shared, port, onlyRunning)
  const config = {
    job_name: pool,
    ...readScrape(endpoint),
    ...readHttp(endpoint, shared.namespace),
    ...shared.limits,
    kubernetes_sd_configs: [sdConfig('pod', shared.namespaces, shared.withNode)],
    relabel_configs: [...rules, ...readRules(endpoint, 'relabelings')],
    metric_relabel_configs: readRules(endpoint, 'metricRelabelings'),
  }
  return { pool, config, port, onlyRunning, ownRules: rules.length, problems }
}

function readPort(endpoint: SpecReader): WantedPort | undefined {
  const port = endpoint.text('port')
  if (port !== '') return { by: 'container-port-name', value: port }
  const number = endpoint.count('portNumber')
  if (number !== undefined) return { by: 'container-port-number', value: String(number) }
  const target = endpoint.textOrNumber('targetPort')
  if (target === '' || target === '0') return undefined
  const isNumber = typeof endpoint.json.targetPort === 'number'
  return { by: isNumber ? 'container-port-number' : 'container-port-name', value: target }
}

function rulesOf(shared: Shared, port: WantedPort | undefined, onlyRunning: boolean): RawRule[] {
  return [
    firstRule,
    ...(onlyRunning ? [dropEndedPods] : []),
    ...selectorRules('pod', shared.selector),
    ...(port ? [portRule(port)] : []),
    copyRule('namespace', 'namespace'),
    copyRule('pod_container_name', 'container'),
    copyRule('pod_name', 'pod'),
    ...shared.podTargetLabels.map((label) => copyPresentRule('pod_label_', label)),
    setRule('job', `${shared.namespace}/${shared.name}`),
    ...(shared.jobLabel === '' ? [] : [copyPresentRule('pod_label_', shared.jobLabel, 'job')]),
    ...(port ? [setRule('endpoint', port.value)] : []),
  ]
}
