import type { KubeObject, LabelRequirement } from '#lib/kube'
import type { CompiledEndpoint, CompiledMonitor } from './compiled-monitor.ts'
import { meta } from './meta-labels.ts'
import { readHttp, set, type RawPart } from './monitor-http.ts'
import { monitorRecord, sdConfig } from './monitor-parts.ts'
import { copyRule, firstRule, readRules, setRule } from './monitor-rules.ts'
import { readLimits, readScrape } from './monitor-scrape.ts'
import { readNamespaces, readSelector, selectorRules, type RawRule } from './monitor-selector.ts'
import { objectOf } from './read.ts'
import type { Reason } from './reason.ts'
import { SpecReader } from './spec-reader.ts'

/** Reads a Probe: one pool whose targets are asked through a prober. */
export function compileProbe(object: KubeObject): CompiledMonitor {
  const problems: Reason[] = []
  const spec = new SpecReader(objectOf(object.spec), 'spec', problems)
  const namespace = object.metadata.namespace ?? ''
  const targets = spec.object('targets')
  const ingress = targets?.object('ingress')
  const fixed = targets?.object('staticConfig')
  if (!ingress && !fixed) spec.problem('no-endpoints', 'targets')
  const selector = ingress && readSelector(ingress.object('selector'))
  const namespaces = ingress ? readNamespaces(ingress, namespace) : [namespace]
  const prober = readProber(spec)
  const found = fixed
    ? staticTargets(fixed, namespace, prober.url)
    : ingressTargets(ingress, selector ?? [], namespaces, prober.url)
  return {
    ...monitorRecord(object, 'Probe'),
    namespaces,
    selector: fixed ? undefined : selector,
    endpoints: [endpointOf(object, spec, prober.config, found)],
    problems: [],
  }
}

interface Found {
  readonly sd: RawPart
  readonly rules: readonly RawRule[]
}

function endpointOf(object: KubeObject, spec: SpecReader, prober: RawPart, found: Found): CompiledEndpoint {
  const { name, namespace = '' } = object.metadata
  const pool = `probe/${namespace}/${name}`
  const jobName = spec.text('jobName')
  const module = spec.text('module')
  const config: RawPart = {
    job_name: pool,
    ...readScrape(spec),
    ...readHttp(spec, namespace),
    ...readLimits(spec),
    ...prober,
    ...found.sd,
    relabel_configs: [firstRule, ...(jobName === '' ? [] : [setRule('job', jobName)]), ...found.rules],
    metric_relabel_configs: readRules(spec, 'metricRelabelings'),
  }
  if (module !== '') config.params = { ...objectOf(config.params), module: [module] }
  return {
    pool,
    config,
    port: undefined,
    onlyRunning: false,
    ownRules: 1 + found.rules.length,
    problems: spec.problems,
  }
}

function readProber(spec: SpecReader): { url: string; config: RawPart } {
  const prober = spec.object('prober')
  const url = prober?.text('url') ?? ''
  if (url === '') spec.problem('malformed', 'prober.url', { expected: 'host:port of the prober' })
  const config: RawPart = {}
  set(config, 'metrics_path', prober?.text('path') || '/probe')
  set(config, 'scheme', prober?.text('scheme').toLowerCase())
  set(config, 'proxy_url', prober?.text('proxyUrl'))
  return { url, config }
}

function staticTargets(spec: SpecReader, namespace: string, prober: string): Found {
  // The namespace stands last: the object's labels cannot forge it.
  const labels = { ...Object.fromEntries(spec.textMap('labels')), namespace }
  const rules: RawRule[] = [
    { source_labels: ['__address__'], target_label: '__param_target' },
    { source_labels: ['__param_target'], target_label: 'instance' },
    setRule('__address__', prober),
    ...readRules(spec, 'relabelingConfigs'),
  ]
  const targets = spec.texts('static')
  // A target with a path cannot stand as an address in a file: it is put where the rules read it.
  const configs = targets.map((target) => ({
    targets: [addressOf(target)],
    labels: { ...labels, __param_target: target },
  }))
  return { sd: { static_configs: configs }, rules: rules.slice(1) }
}

/** Only what an address can hold; the whole target goes to the prober as it is. */
function addressOf(target: string): string {
  return target.replace(/^[a-z]+:\/\//i, '').replace(/[/?#].*$/s, '')
}

function ingressTargets(
  spec: SpecReader | undefined,
  selector: readonly LabelRequirement[],
  namespaces: readonly string[] | undefined,
  prober: string,
): Found {
  const rules: RawRule[] = [
    ...selectorRules('ingress', selector),
    {
      source_labels: [meta('ingress_scheme'), '__address__', meta('ingress_path')],
      separator: ';',
      regex: '(.+);(.+);(.+)',
      target_label: '__param_target',
      replacement: '${1}://${2}${3}',
      action: 'replace',
    },
    copyRule('namespace', 'namespace'),
    copyRule('ingress_name', 'ingress'),
    { source_labels: ['__param_target'], target_label: 'instance' },
    setRule('__address__', prober),
    ...(spec ? readRules(spec, 'relabelingConfigs') : []),
  ]
  return { sd: { kubernetes_sd_configs: [sdConfig('ingress', namespaces, false)] }, rules }
}
