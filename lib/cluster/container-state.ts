import { restartsAtMs } from './back-off.ts'
import { conditionOf } from './common-record.ts'
import { newest } from './newest.ts'
import { probeTrouble } from './probe-events.ts'
import type { ContainerRecord, ContainerState, EventRecord, PodRecord, Terminated } from './records.ts'
import { lasting, stateOf, type StateNow } from './state.ts'
import type { ObjectState } from './views.ts'

/** What the state of a container is read from. */
export interface ContainerSituation {
  readonly pod: PodRecord
  readonly container: ContainerRecord
  /** Of its pod. */
  readonly events: readonly EventRecord[]
  readonly nowMs: number
}

const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])
/** How long a container that does not answer yet is said to be starting. */
const STARTING_MS = 30_000
/** How long a restart is worth a word once it runs again. */
const RESTART_MS = 10 * 60_000

/** How a container is, apart from what its pod and its node are going through. */
export function containerState(situation: ContainerSituation): StateNow {
  const { container } = situation
  const { state } = container
  if (state.kind === 'running') return running(situation, state.sinceMs)
  if (state.kind === 'terminated') return lasting(terminated(container, state))
  return lasting(waiting(situation, state))
}

function waiting(
  situation: ContainerSituation,
  state: Exclude<ContainerState, { kind: 'running' | 'terminated' }>,
): ObjectState {
  const { container } = situation
  const { reason, message } = state.kind === 'waiting' ? state : { reason: '', message: '' }
  const { name, image } = container
  if (reason === 'CrashLoopBackOff') return crashLoop(container)
  if (imageReasons.has(reason)) return stateOf('critical', 'image-missing', { container: name, image, reason, message })
  if (reason === 'CreateContainerConfigError')
    return stateOf('critical', 'config-missing', { container: name, missing: missingIn(message), reason, message })
  if (reason === '' || reason === 'ContainerCreating' || reason === 'PodInitializing') return creating(situation)
  return stateOf('critical', 'error', { container: name, reason, message })
}

/** It keeps ending: why the last time, and when it is started again. */
function crashLoop(container: ContainerRecord): ObjectState {
  const { name, last, restarts, limits } = container
  const isKilled = last?.reason === 'OOMKilled'
  return stateOf('critical', isKilled ? 'oom-killed' : 'crash-loop', {
    container: name,
    restarts,
    exitCode: last?.exitCode,
    reason: isKilled ? undefined : last?.reason,
    signal: last?.signal === 0 ? undefined : last?.signal,
    message: last?.message,
    limitBytes: isKilled ? limits.memory : undefined,
    finishedMs: last?.finishedMs,
    untilMs: restartsAtMs(container) || undefined,
  })
}

/** Before it starts. Once the pod's sandbox stands and its volumes are there, only the image is waited for. */
function creating(situation: ContainerSituation): ObjectState {
  const { pod, container, events } = situation
  const { name, image } = container
  const imageMs = imageSinceMs(situation)
  if (imageMs > 0) return stateOf('idle', 'pulling-image', { container: name, image, sinceMs: imageMs })
  const sinceMs = conditionOf(pod.conditions, 'PodScheduled')?.sinceMs ?? pod.createdMs
  const trouble = newest(events, (event) => isOfSetup(event) && event.lastMs >= sinceMs)
  if (!trouble) return stateOf('idle', 'creating', { container: name, sinceMs })
  const { reason, message } = trouble
  const missing = missingIn(message)
  const facts = { container: name, missing, reason, message, sinceMs }
  return missing === undefined ? stateOf('warning', 'creating', facts) : stateOf('critical', 'config-missing', facts)
}

/** Since when nothing but its image can be what a container waits for; 0: it waits for something else. */
function imageSinceMs({ pod, container }: ContainerSituation): number {
  const sandbox = conditionOf(pod.conditions, 'PodReadyToStartContainers')
  if (sandbox?.status !== 'True') return 0
  const initialized = conditionOf(pod.conditions, 'Initialized')
  const at = pod.initContainers.indexOf(container)
  if (at < 0 && initialized?.status === 'False') return 0
  const before = at < 0 ? [] : pod.initContainers.slice(0, at)
  const ends = before.map(({ state }) => (state.kind === 'terminated' ? state.finishedMs : 0))
  const initializedMs = at < 0 ? (initialized?.sinceMs ?? 0) : 0
  return Math.max(sandbox.sinceMs, initializedMs, container.last?.finishedMs ?? 0, ...ends)
}

/** FailedMount, FailedAttachVolume, FailedCreatePodSandBox …: what keeps a pod from being set up on its node. */
function isOfSetup({ reason }: EventRecord): boolean {
  return reason.startsWith('Failed') && reason !== 'FailedScheduling' && reason !== 'Failed'
}

/** `configmap/NAME` or `secret/NAME` that a message of the kubelet says is missing, or whose key is. */
function missingIn(message: string): string | undefined {
  const object = /\b(configmap|secret)s? "([^"]+)" not found/i.exec(message)
  if (object) return `${object[1].toLowerCase()}/${object[2]}`
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) \S*?([^\s/]+)$/i.exec(message.trim())
  return key ? `${key[2].toLowerCase()}/${key[3]}: ${key[1]}` : undefined
}

/** One that has been started again before will be once more, after a while. */
function terminated(container: ContainerRecord, state: Terminated): ObjectState {
  const { name, restarts, limits } = container
  const { exitCode, reason, message, signal, startedMs, finishedMs } = state
  if (exitCode === 0 && reason !== 'OOMKilled')
    return stateOf('idle', 'completed', { container: name, startedMs, finishedMs })
  if (restarts > 0) return crashLoop({ ...container, last: state })
  const facts = { container: name, exitCode, restarts, message, finishedMs }
  if (reason === 'OOMKilled') return stateOf('critical', 'oom-killed', { ...facts, limitBytes: limits.memory })
  return stateOf('critical', 'error', { ...facts, reason, signal: signal === 0 ? undefined : signal })
}

function running(situation: ContainerSituation, sinceMs: number): StateNow {
  const { pod, container, events, nowMs } = situation
  // An init container is never ready: it is to end.
  if (!container.sidecar && pod.initContainers.includes(container))
    return lasting(stateOf('ok', 'running', { sinceMs }))
  const probe = probeTrouble(container, events, sinceMs, nowMs)
  if (probe) return probe
  if (container.ready) return ready(container, sinceMs, nowMs)
  const startingUntilMs = sinceMs + STARTING_MS
  const facts = { container: container.name, sinceMs }
  if (!container.started) return lasting(stateOf('idle', 'starting', facts))
  if (nowMs < startingUntilMs) return { state: stateOf('idle', 'starting', facts), untilMs: startingUntilMs }
  return lasting(stateOf('warning', 'not-ready', facts))
}

/** A restart a short while ago is still told. */
function ready({ last, name, restarts }: ContainerRecord, sinceMs: number, nowMs: number): StateNow {
  const untilMs = (last?.finishedMs ?? 0) + RESTART_MS
  if (!last || nowMs >= untilMs) return lasting(stateOf('ok', 'running', { sinceMs }))
  const { reason, exitCode, finishedMs } = last
  const facts = { container: name, sinceMs, restarts, lastReason: reason, exitCode, finishedMs }
  return { state: stateOf(exitCode === 0 ? 'ok' : 'warning', 'running', facts), untilMs }
}
