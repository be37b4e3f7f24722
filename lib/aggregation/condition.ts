import { forceApply, type KubeApi } from '#lib/kube'
import { API_SERVICE_PATH, type ApiService, type Condition, isOurs } from './api-service.ts'
import { cut, type MissingFigures, nameOf, summarise } from './missing.ts'
import { API_SERVICE, type AggregationNames } from './names.ts'

/** What the condition is written with. */
export interface CompletenessOptions {
  readonly api: KubeApi
  readonly names: AggregationNames
  readonly now: () => number
  /** How often at most it is written. */
  readonly tellMs: number
}

/** The type of our condition; `Available` is the API server's, which rewrites its own alone. */
export const CONDITION = 'ResourceMetricsComplete'

/** Of this condition alone: server-side apply leaves the other managers' conditions as they are. */
const MANAGER = 'binnacle-metrics-api-condition'
const MOST_LETTERS = 1000
/** After so long, what another replica said may be of one that is gone. */
const STALE_TIMES = 10

/** Whether every node and pod has its figures, as a condition of our APIService: on change, and at most once a minute. */
export class Completeness {
  readonly #options: CompletenessOptions
  #last = ''
  /** The version that was written over last: who still sees it does not see what was written. */
  #overwritten = ''
  #takenBack = ''

  constructor(options: CompletenessOptions) {
    this.#options = options
  }

  /** Writes the condition where it is due. Another program's APIService is left alone but for what we said in it before. */
  async look(seen: ApiService | undefined, missing: Iterable<MissingFigures>, signal?: AbortSignal): Promise<void> {
    if (seen === undefined || seen.metadata.deletionTimestamp !== undefined) return
    if (!isOurs(seen, this.#options.names)) return this.#takeBack(seen, signal)
    const version = seen.metadata.resourceVersion ?? ''
    if (version !== '' && version === this.#overwritten) return
    const wanted = conditionOf(missing)
    const has = seen.status?.conditions?.find(({ type }) => type === CONDITION)
    if (!this.#isDue(seen, has, wanted)) return
    const now = new Date(this.#options.now()).toISOString()
    const since = has?.status === wanted.status ? (has.lastTransitionTime ?? now) : now
    if (!(await this.#apply(seen, [{ ...wanted, lastTransitionTime: since.replace(/\.\d+Z$/, 'Z') }], signal))) return
    this.#last = textOf(wanted)
    this.#overwritten = version
  }

  #isDue(seen: ApiService, has: Condition | undefined, wanted: Condition): boolean {
    if (has === undefined) return true
    const text = textOf(wanted)
    if (textOf(has) === text) {
      this.#last = text
      return false
    }
    // Another replica sees it differently: it is not contradicted before it has had its time, or else they would take turns.
    const { tellMs, now } = this.#options
    const age = now() - writtenMs(seen)
    return age >= (this.#last === text ? tellMs * STALE_TIMES : tellMs)
  }

  /** A program that made our APIService its own is not to be told by what we said of ourselves. */
  async #takeBack(seen: ApiService, signal?: AbortSignal): Promise<void> {
    const uid = seen.metadata.uid ?? ''
    if (this.#takenBack === uid || !seen.status?.conditions?.some(({ type }) => type === CONDITION)) return
    if (await this.#apply(seen, [], signal)) this.#takenBack = uid
  }

  /** False where the object is another by now: the next look sees it. */
  async #apply({ metadata }: ApiService, conditions: readonly Condition[], signal?: AbortSignal): Promise<boolean> {
    const object = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: API_SERVICE, resourceVersion: metadata.resourceVersion },
      status: { conditions },
    }
    const path = `${API_SERVICE_PATH}/status`
    return (await forceApply(this.#options.api, path, object, MANAGER, signal)) !== undefined
  }
}

/** What is to be said: how many have no figures, and why the first has none. */
export function conditionOf(missing: Iterable<MissingFigures>): Condition {
  const { nodes, pods, first } = summarise(missing)
  if (first === undefined)
    return { type: CONDITION, status: 'True', reason: 'Complete', message: 'every node and pod has its figures' }
  const count = [plural(nodes, 'node'), plural(pods, 'pod')].filter(Boolean).join(' and ')
  const message = `${count} without figures; the first: ${nameOf(first)}: ${first.text}`
  return { type: CONDITION, status: 'False', reason: 'FiguresMissing', message: cut(message, MOST_LETTERS) }
}

function plural(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`
}

function textOf({ status, reason, message }: Condition): string {
  return [status, reason, message].join('\n')
}

/** When the condition was written last, by whichever replica. */
function writtenMs({ metadata }: ApiService): number {
  const times = (metadata.managedFields ?? []).filter(({ manager }) => manager === MANAGER).map(({ time }) => time)
  return Math.max(-Infinity, ...times.map((time) => Date.parse(time ?? '') || -Infinity))
}
