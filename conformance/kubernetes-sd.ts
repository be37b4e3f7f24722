import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import {
  type DiscoveredGroup,
  Discoveries,
  parseKubernetesSd,
  type KubernetesSdInput,
  type Subscribe,
} from '#lib/discovery'
import {
  type KubeObject,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  type Sink,
  type Subscription,
} from '#lib/kube'
import type { Report } from './suite.ts'
import { compare } from './tally.ts'

interface Case {
  readonly id: string
  readonly role: KubernetesSdInput['role']
  readonly namespaces: { readonly names: string[]; readonly own_namespace: boolean }
  readonly own_namespace_name: string
  readonly selectors: Readonly<Record<string, { readonly label?: string; readonly field?: string }>>
  readonly attach_metadata: KubernetesSdInput['attach_metadata']
  readonly initial_objects: readonly KubeObject[]
  readonly steps: readonly Step[]
  readonly expected: Readonly<Record<string, DiscoveredGroup>>
}

type Step =
  | { readonly op: 'create' | 'update'; readonly object: KubeObject }
  | { readonly op: 'delete'; readonly resource: string; readonly namespace: string | null; readonly name: string }

/** Kubernetes service discovery: objects are told to the sinks, the last group of each source is compared. */
export async function run(folder: string, report: Report): Promise<void> {
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[]
  for (const one of cases) compare(report, one.id, one.expected, picked(one, await groupsOf(one)))
}

async function groupsOf(one: Case): Promise<Map<string, DiscoveredGroup>> {
  const last = new Map<string, DiscoveredGroup>()
  const server = new Server(one.initial_objects)
  const discoveries = new Discoveries(server.subscribe, { ownNamespace: one.own_namespace_name })
  using _ = discoveries.discover(configOf(one), (groups) => {
    for (const group of groups) last.set(group.source, group)
  })
  await setImmediate()
  for (const step of one.steps) {
    server.apply(step)
    await setImmediate()
  }
  return last
}

/**
 * Some cases name only the groups of one of their namespaces. A group that is not named may be there with targets only
 * where the case asked for its namespace.
 */
function picked(one: Case, groups: ReadonlyMap<string, DiscoveredGroup>): Record<string, DiscoveredGroup | undefined> {
  const named = Object.keys(one.expected).map((source) => [source, groups.get(source)] as const)
  const stray = [...groups].filter(
    ([source, { targets, labels }]) =>
      !(source in one.expected) && targets.length > 0 && !isAsked(one, labels.__meta_kubernetes_namespace),
  )
  return Object.fromEntries([...named, ...stray])
}

function isAsked({ namespaces, own_namespace_name }: Case, namespace: string): boolean {
  const { names, own_namespace } = namespaces
  return own_namespace ? namespace === own_namespace_name : names.includes(namespace)
}

function configOf({ role, namespaces, selectors, attach_metadata }: Case) {
  const list = Object.entries(selectors).map(([name, selector]) => ({ role: name, ...selector }))
  return parseKubernetesSd({ role, namespaces, selectors: list, attach_metadata })
}

/** Holds objects and tells them to those who asked, as lists and watches do. */
class Server {
  private readonly objects = new Map<string, KubeObject>()
  private readonly sinks = new Map<Sink, Subscription>()

  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) this.objects.set(keyOf(object), object)
  }

  readonly subscribe: Subscribe = (subscription, sink) => {
    this.sinks.set(sink, subscription)
    for (const object of this.objects.values()) if (isWanted(subscription, object)) sink.upsert(object)
    sink.synced?.()
    return { [Symbol.dispose]: () => this.sinks.delete(sink) }
  }

  apply(step: Step): void {
    if (step.op === 'delete') return this.delete(step.resource, step.namespace ?? '', step.name)
    this.objects.set(keyOf(step.object), step.object)
    for (const [sink, subscription] of this.sinks) if (isWanted(subscription, step.object)) sink.upsert(step.object)
  }

  private delete(resource: string, namespace: string, name: string): void {
    for (const [sink, subscription] of this.sinks) {
      if (subscription.resource.plural === resource.toLowerCase()) sink.remove({ namespace, name, uid: '' })
    }
  }
}

function isWanted({ resource, namespaces, labelSelector, fieldSelector }: Subscription, object: KubeObject): boolean {
  const { kind, metadata } = object
  if (kind !== resource.kind) return false
  if (namespaces && !namespaces.includes(metadata.namespace ?? '')) return false
  if (labelSelector !== undefined && !matchesLabels(parseLabelSelector(labelSelector), metadata.labels)) return false
  return parseFieldSelector(fieldSelector ?? '').every(
    ({ path, negative, value }) => (fieldOf(object, path) === value) !== negative,
  )
}

function fieldOf(object: KubeObject, path: string): string {
  const value = path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], object)
  return typeof value === 'string' ? value : ''
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}
