import { define } from './read.ts'
import type { MetaRecord, NodeRecord, PodRecord } from './records.ts'

/** Labels of a target or a group, before relabelling. */
export type Labels = Record<string, string>

const PREFIX = '__meta_kubernetes_'

/** Lookups of what a target hangs on; what is not attached finds nothing. */
export interface Lookups {
  pod(namespace: string, name: string): PodRecord | undefined
  service(namespace: string, name: string): MetaRecord | undefined
  node(name: string): NodeRecord | undefined
  namespace(name: string): MetaRecord | undefined
  /** The Deployment behind a pod, the Job, the CronJob. */
  deployment(pod: PodRecord): string | undefined
  job(pod: PodRecord): string | undefined
  cronjob(pod: PodRecord): string | undefined
}

/** The name of a label of this discovery. */
export function meta(name: string): string {
  return PREFIX + name
}

const sanitized = new Map<string, string>()
const SANITIZED_MOST = 10_000

/** A name with `_` for all that a label's name cannot have. */
export function sanitizeLabelName(name: string): string {
  const known = sanitized.get(name)
  if (known !== undefined) return known
  const text = name.replaceAll(/[^a-zA-Z0-9_]/gu, '_')
  if (sanitized.size >= SANITIZED_MOST) sanitized.clear()
  sanitized.set(name, text)
  return text
}

/** Name, labels and annotations of an object of this role. */
export function addObjectLabels(labels: Labels, role: string, record: MetaRecord): void {
  labels[`${PREFIX}${role}_name`] = record.name
  addMap(labels, `${PREFIX}${role}_label`, record.labels)
  addMap(labels, `${PREFIX}${role}_annotation`, record.annotations)
}

/** Labels and annotations of the namespace, where they are attached. */
export function addNamespaceLabels(labels: Labels, name: string, lookups: Lookups): void {
  const record = lookups.namespace(name)
  if (!record) return
  addMap(labels, `${PREFIX}namespace_label`, record.labels)
  addMap(labels, `${PREFIX}namespace_annotation`, record.annotations)
}

/** Name, labels and annotations of the node, where they are attached. */
export function addNodeLabels(labels: Labels, name: string | undefined, lookups: Lookups): void {
  const record = name === undefined ? undefined : lookups.node(name)
  if (record) addObjectLabels(labels, 'node', record)
}

/** What is said of a pod on each of its targets. */
export function addPodLabels(labels: Labels, pod: PodRecord, lookups: Lookups): void {
  labels[meta('pod_ip')] = pod.ip
  labels[meta('pod_ready')] = pod.ready
  labels[meta('pod_phase')] = pod.phase
  labels[meta('pod_node_name')] = pod.nodeName
  labels[meta('pod_host_ip')] = pod.hostIp
  labels[meta('pod_uid')] = pod.uid
  addObjectLabels(labels, 'pod', pod)
  addText(labels, meta('pod_controller_kind'), pod.controller?.kind)
  addText(labels, meta('pod_controller_name'), pod.controller?.name)
  addText(labels, meta('pod_deployment_name'), lookups.deployment(pod))
  addText(labels, meta('pod_job_name'), lookups.job(pod))
  addText(labels, meta('pod_cronjob_name'), lookups.cronjob(pod))
}

/** An address with a port, with brackets where IPv6 needs them. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function addText(labels: Labels, name: string, value: string | undefined): void {
  if (value !== undefined && value !== '') labels[name] = value
}

function addMap(labels: Labels, prefix: string, map: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(map)) {
    const clean = sanitizeLabelName(name)
    define(labels, `${prefix}_${clean}`, value)
    define(labels, `${prefix}present_${clean}`, 'true')
  }
}
