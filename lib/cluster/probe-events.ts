import { newest } from './newest.ts'
import type { ContainerRecord, EventRecord } from './records.ts'
import { stateOf, type StateNow } from './state.ts'

/** How long a failed liveness probe is told of a container that is ready all the same. */
const RECENT_MS = 60_000

/** The failing probe of a running container, by the events since it started; of a ready one, only a liveness probe that has just failed. */
export function probeTrouble(
  container: ContainerRecord,
  events: readonly EventRecord[],
  sinceMs: number,
  nowMs: number,
): StateNow | undefined {
  const matters = ({ message }: EventRecord) => !container.ready || !/^(Readiness|Startup) /.test(message)
  const failed = newest(events, (event) => isOfProbe(event, container) && event.lastMs >= sinceMs && matters(event))
  if (!failed) return undefined
  const untilMs = container.ready ? failed.lastMs + RECENT_MS : Number.POSITIVE_INFINITY
  if (nowMs >= untilMs) return undefined
  const [, probe, why] = /^(Readiness|Liveness|Startup) probe \w+: ?(.*)/s.exec(failed.message) ?? [
    '',
    '',
    failed.message,
  ]
  const facts = {
    container: container.name,
    probe: probe.toLowerCase(),
    message: why,
    sinceMs: Math.max(sinceMs, failed.firstMs),
  }
  return { state: stateOf('warning', 'probe-failing', facts), untilMs }
}

function isOfProbe({ reason, object }: EventRecord, { name }: ContainerRecord): boolean {
  return reason === 'Unhealthy' && object.fieldPath.endsWith(`{${name}}`)
}
