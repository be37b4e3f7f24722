import type { KubeObject } from '#lib/kube'
import type { CompiledMonitor } from './compiled-monitor.ts'
import { readHttp, set, type RawPart } from './monitor-http.ts'
import { monitorRecord } from './monitor-parts.ts'
import { firstRule, readRules, setRule } from './monitor-rules.ts'
import { readLimits, readScrape } from './monitor-scrape.ts'
import { objectOf } from './read.ts'
import type { Reason } from './reason.ts'
import { SpecReader } from './spec-reader.ts'

/** Reads a ScrapeConfig: one pool of static targets and of what is found in the cluster; other discoveries are refused. */
export function compileScrapeConfig(object: KubeObject): CompiledMonitor {
  const problems: Reason[] = []
  const spec = new SpecReader(objectOf(object.spec), 'spec', problems)
  const { name, namespace = '' } = object.metadata
  const pool = `scrapeConfig/${namespace}/${name}`
  const jobName = spec.text('jobName')
  const config: RawPart = {
    job_name: pool,
    ...readTimes(spec),
    ...readHttp(spec, namespace),
    ...readLimits(spec),
    static_configs: spec.objects('staticConfigs').map(readStatic),
    kubernetes_sd_configs: spec.objects('kubernetesSDConfigs').map((one) => readSd(one, namespace)),
    relabel_configs: [
      firstRule,
      ...(jobName === '' ? [] : [setRule('job', jobName)]),
      ...readRules(spec, 'relabelings'),
    ],
    metric_relabel_configs: readRules(spec, 'metricRelabelings'),
  }
  refuseOthers(spec)
  return {
    ...monitorRecord(object, 'ScrapeConfig'),
    namespaces: undefined,
    selector: undefined,
    endpoints: [{ pool, config, port: undefined, onlyRunning: false, ownRules: 1, problems }],
    problems: [],
  }
}

/** ScrapeConfig names some fields unlike the monitors. */
function readTimes(spec: SpecReader): RawPart {
  const renamed = { ...spec.json, interval: spec.json.scrapeInterval, path: spec.json.metricsPath }
  const part = readScrape(new SpecReader(renamed, spec.path, spec.problems))
  if (spec.boolean('enableCompression') === false) part.enable_compression = false
  return part
}

function readStatic(spec: SpecReader): RawPart {
  return { targets: spec.texts('targets'), labels: Object.fromEntries(spec.textMap('labels')) }
}

const attachable = ['node', 'namespace'] as const

function readSd(spec: SpecReader, own: string): RawPart {
  const part: RawPart = { role: spec.text('role').toLowerCase() }
  for (const field of ['apiServer', 'basicAuth', 'authorization', 'oauth2', 'tlsConfig', 'proxyUrl']) {
    if (spec.has(field)) spec.problem('refused', field, { why: 'only our own cluster is searched' })
  }
  const names = readNames(spec.object('namespaces'), own)
  if (names) part.namespaces = { names }
  const selectors = spec.objects('selectors').map(readSelectorOf)
  if (selectors.length > 0) part.selectors = selectors
  const attach = spec.object('attachMetadata')
  if (attach) part.attach_metadata = Object.fromEntries(attachable.map((name) => [name, attach.boolean(name) ?? false]))
  return part
}

/** Our own namespace is not that of the object's author. */
function readNames(spec: SpecReader | undefined, own: string): readonly string[] | undefined {
  if (!spec) return undefined
  const names = spec.texts('names')
  const all = spec.boolean('ownNamespace') === true ? [...names, own] : names
  return all.length > 0 ? all : undefined
}

function readSelectorOf(spec: SpecReader): RawPart {
  const part: RawPart = { role: spec.text('role').toLowerCase() }
  set(part, 'label', spec.text('label'))
  set(part, 'field', spec.text('field'))
  return part
}

function refuseOthers(spec: SpecReader): void {
  for (const field of Object.keys(spec.json)) {
    if (!field.endsWith('SDConfigs') || field === 'kubernetesSDConfigs' || !spec.has(field)) continue
    if (field === 'fileSDConfigs') spec.problem('file-refused', field)
    else spec.problem('refused', field.slice(0, 64), { why: 'only static targets and those of the cluster are taken' })
  }
}
