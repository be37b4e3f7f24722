import { ANNOTATION, isAnnotationPool } from './annotation-jobs.ts'
import type { ClusterSight } from './cluster-sight.ts'
import { dropReasons, type MonitorReport, type SeenDrop } from './explain-monitor.ts'
import { explainPhases } from './explain-pods.ts'
import { meta } from './meta-labels.ts'
import { reason, type Reason } from './reason.ts'
import type { MetaRecord } from './records.ts'

/** The targets of the annotation pools, one by one. */
export interface SeenAnnotated {
  readonly active: Iterable<{ readonly pool: string; readonly discoveredLabels: Readonly<Record<string, string>> }>
  readonly dropped: Iterable<SeenDrop>
}

/** What became of each annotated pod and service. */
export function explainAnnotations(sight: ClusterSight, seen: SeenAnnotated): MonitorReport[] {
  const found = new Found(seen)
  const pods = annotated(sight.pods.all()).map((pod) =>
    report('Pod', pod, found, () => explainPhases([pod], true) ?? undefined),
  )
  const services = annotated(sight.services.all()).map((service) =>
    report('Service', service, found, () => {
      const has = sight.slicesOf(service).some(({ endpoints }) => endpoints.length > 0)
      const facts = {
        service: `${service.namespace}/${service.name}`,
        selector: '',
        pods: sight.podsOf(service).length,
      }
      return has ? undefined : reason('service-no-endpoints', facts)
    }),
  )
  return [...pods, ...services]
}

const wishes = [`${ANNOTATION}/scrape`, `${ANNOTATION}/scrape-slow`]

/** Objects that say anything of being scraped but `false`. */
function annotated<R extends MetaRecord>(objects: Iterable<R>): R[] {
  return [...objects].filter(({ annotations }) =>
    wishes.some((name) => Object.hasOwn(annotations, name) && annotations[name] !== 'false'),
  )
}

function report(
  kind: 'Pod' | 'Service',
  object: MetaRecord,
  found: Found,
  inCluster: () => Reason | undefined,
): MonitorReport {
  const { namespace, name } = object
  const key = keyOf(kind, namespace, name)
  const targets = found.targets.get(key) ?? 0
  const drops = found.drops.get(key) ?? []
  const mistakes = annotationMistakes(object)
  const fromDrops = dropReasons(drops, { ownRules: 0 })
  const why = targets > 0 || mistakes.length > 0 ? undefined : inCluster()
  const reasons = [...mistakes, ...(why ? [why] : fromDrops)]
  const isSilent = targets === 0 && reasons.length === 0
  const shared = { kind, namespace, name, index: 0, pool: '', targets, dropped: drops.length }
  return { ...shared, reasons: isSilent ? [reason('not-yet')] : reasons }
}

function annotationMistakes({ annotations }: MetaRecord): Reason[] {
  const wrong: Reason[] = []
  const check = (name: string, pattern: RegExp, expected: string): void => {
    const field = `${ANNOTATION}/${name}`
    if (!Object.hasOwn(annotations, field) || pattern.test(annotations[field])) return
    wrong.push(reason('malformed', { field, expected }))
  }
  check('scrape', /^(true|false)$/, '"true"')
  check('scrape-slow', /^(true|false)$/, '"true"')
  check('port', /^\d{1,5}$/, 'the number of a port')
  check('scheme', /^https?$/, 'http or https')
  return wrong
}

/** Counts targets by the object that they are of. */
class Found {
  readonly targets = new Map<string, number>()
  readonly drops = new Map<string, SeenDrop[]>()

  constructor({ active, dropped }: SeenAnnotated) {
    for (const { pool, discoveredLabels } of active) {
      const key = objectOf(pool, discoveredLabels)
      if (key !== '') this.targets.set(key, (this.targets.get(key) ?? 0) + 1)
    }
    for (const drop of dropped) {
      const key = drop.reason.id === 'relabelled-away' ? '' : objectOf(drop.pool, drop.discoveredLabels)
      if (key !== '') this.drops.set(key, [...(this.drops.get(key) ?? []), drop])
    }
  }
}

function objectOf(pool: string, labels: Readonly<Record<string, string>>): string {
  if (!isAnnotationPool(pool)) return ''
  const namespace = labels[meta('namespace')] ?? ''
  return pool.startsWith('kubernetes-pods')
    ? keyOf('Pod', namespace, labels[meta('pod_name')] ?? '')
    : keyOf('Service', namespace, labels[meta('service_name')] ?? '')
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`
}
