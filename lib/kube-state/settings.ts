import type { CustomResourceConfig } from './custom-resource/config.ts'
import type { Family, ResourceFamilies } from './family.ts'
import type { AllowLists } from './line-writer.ts'
import { type AllowListByResource, OptionError } from './option-values.ts'
import { kubeStateResources } from './registry.ts'

/** What is rendered of a cluster. */
export interface KubeStateSettings {
  /** By name; empty: those that kube-state-metrics shows by default. */
  readonly resources: readonly string[]
  /** Empty: all. */
  readonly namespaces: readonly string[]
  readonly deniedNamespaces: readonly string[]
  /** Expressions that find their match anywhere in a family's name. One of the two at most. */
  readonly allowedMetrics: readonly string[]
  readonly deniedMetrics: readonly string[]
  readonly optInMetrics: readonly string[]
  readonly labels: AllowListByResource
  readonly annotations: AllowListByResource
  /** Only pods of this node. */
  readonly node: string
  /** Only pods that no node has; `node` does not count then. */
  readonly unscheduledPods: boolean
  readonly shard: number
  readonly totalShards: number
  /** At most so many objects of a resource; 0: all. */
  readonly objectLimit: number
  readonly customResources: readonly CustomResourceConfig[]
  readonly customResourcesOnly: boolean
}

/** What kube-state-metrics shows when nothing is said. */
export const defaultSettings: KubeStateSettings = {
  resources: [],
  namespaces: [],
  deniedNamespaces: [],
  allowedMetrics: [],
  deniedMetrics: [],
  optInMetrics: [],
  labels: new Map(),
  annotations: new Map(),
  node: '',
  unscheduledPods: false,
  shard: 0,
  totalShards: 1,
  objectLimit: 0,
  customResources: [],
  customResourcesOnly: false,
}

/** Rendered only when they are named. */
const notByDefault = new Set([
  'clusterrolebindings',
  'clusterroles',
  'endpoints',
  'ingressclasses',
  'rolebindings',
  'roles',
  'serviceaccounts',
])

/** The resources that are rendered, by name. Throws OptionError for a name that there is not. */
export function chosenResources(settings: KubeStateSettings): readonly ResourceFamilies[] {
  if (settings.customResourcesOnly) return []
  for (const name of settings.resources) {
    requireResource(name)
    if (settings.node !== '' && !settings.unscheduledPods && name !== 'pods')
      throw new OptionError(`resource ${name} can't be sharded by field selector spec.nodeName`)
  }
  const isChosen = ({ resource }: ResourceFamilies): boolean =>
    settings.resources.length === 0 ? !notByDefault.has(resource) : settings.resources.includes(resource)
  return kubeStateResources.filter(isChosen).toSorted((a, b) => (a.resource < b.resource ? -1 : 1))
}

function requireResource(name: string): void {
  const known = kubeStateResources.map(({ resource }) => resource).sort()
  if (!known.includes(name))
    throw new OptionError(`resource ${name} does not exist. Available resources: ${known.join(',')}`)
}

/** Throws OptionError for an allow list of a resource that there is not. */
export function checkAllowLists(lists: AllowListByResource): void {
  for (const name of lists.keys()) if (name !== '*') requireResource(name)
}

/** The keys that are written of one resource; a list for `*` counts alone. */
export function allowListsOf({ labels, annotations }: KubeStateSettings, resource: string): AllowLists {
  const listOf = (lists: AllowListByResource): readonly string[] => lists.get('*') ?? lists.get(resource) ?? []
  return { labels: listOf(labels), annotations: listOf(annotations) }
}

/** Tells which families are written. Throws OptionError for an expression that cannot be read. */
export function familyFilter(settings: KubeStateSettings): (family: Family<never>) => boolean {
  const { allowedMetrics, deniedMetrics, optInMetrics } = settings
  if (allowedMetrics.length > 0 && deniedMetrics.length > 0)
    throw new OptionError(
      'allowlist and denylist are both set, they are mutually exclusive, only one of them can be set',
    )
  const [allowed, denied, optIn] = [allowedMetrics, deniedMetrics, optInMetrics].map((list) => list.map(compile))
  const isOneOf = (list: readonly RegExp[], name: string): boolean => list.some((pattern) => pattern.test(name))
  return ({ name, optIn: needsOptIn }) => {
    if (needsOptIn && !isOneOf(optIn, name)) return false
    return allowed.length > 0 ? isOneOf(allowed, name) : !isOneOf(denied, name)
  }
}

/**
 * ECMAScript's expressions, as kube-state-metrics documents them: with lookarounds, which RE2 lacks. They are the
 * operator's own and run at the start only, over names of families.
 */
function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch (error) {
    throw new OptionError(`${JSON.stringify(pattern)} is no regular expression: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
