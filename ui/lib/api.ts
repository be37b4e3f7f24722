import { readInstant, readMatrix, type InstantSeries, type RangeSeries } from './columns.ts'

/** The machine that Binnacle runs on. */
export interface Machine {
  name: string
  os: string
  kernel: string
  cores: number
  memoryBytes: number
  bootMs: number
}

/** Something that could not be watched, why, and what would change that. */
export interface NotAvailable {
  what: string
  why: string
  fix?: string
}

/** What this Binnacle is: the answer of /api/ui/v1/about. */
export interface About {
  machine: Machine
  startedMs: number
  version: string
  commands?: string[]
  retention: string
  dataFolder: string
  notAvailable: NotAvailable[]
  intervalSeconds: number
}

/** A container as its runtime knows it. */
export interface Container {
  id: string
  name: string
  image: string
  state: string
  createdMs?: number
  startedMs?: number
  finishedMs?: number
  exitCode?: number
  oomKilled?: boolean
  restarts?: number
  limits?: { cpuCores?: number; memoryBytes?: number }
  labels?: Record<string, string>
  runtime?: string
}

/** A runtime that was asked for containers. */
export interface ContainerSource {
  runtime: string
  version?: string
  ok: boolean
  why?: string
}

/** The answer of /api/ui/v1/containers. */
export interface ContainerList {
  containers: Container[]
  sources: ContainerSource[]
}

/** The answer of /api/ui/v1/status. */
export interface OwnStatus {
  collectors: { name: string; ok: boolean; durationSeconds: number; error?: string }[]
  storage: Record<string, unknown> & { series?: number; refused?: Record<string, number> }
  self: { cpuCores: number; memoryBytes: number }
}

/** A target as Prometheus' API shows it. */
export interface Target {
  labels: Record<string, string>
  discoveredLabels: Record<string, string>
  scrapePool: string
  scrapeUrl: string
  globalUrl: string
  lastError: string
  lastScrape: string
  lastScrapeDuration: number
  health: string
  scrapeInterval: string
  scrapeTimeout: string
  /** Of ours, where the server gives it. */
  lastSamplesScraped?: number
}

/** A refusal or failure, in the server's words. */
export class ApiError extends Error {
  readonly status: number
  readonly errorType: string

  constructor(status: number, errorType: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.errorType = errorType
  }
}

/** Asks one of our own endpoints. */
export async function getOwn<T>(name: string, signal?: AbortSignal): Promise<T> {
  return (await getJson(`/api/ui/v1/${name}`, signal)) as T
}

/** Asks one of Prometheus' endpoints and takes the data out of its envelope. */
export async function getPrometheus<T>(path: string, signal?: AbortSignal): Promise<T> {
  const body = (await getJson(`/api/v1/${path}`, signal)) as { data: T }
  return body.data
}

async function getJson(url: string, signal?: AbortSignal): Promise<unknown> {
  const answer = await fetch(url, { signal, headers: { accept: 'application/json' } })
  const text = await answer.text()
  const body = parse(text) as { status?: string; errorType?: string; error?: string } | null
  if (!answer.ok || body === null || body.status === 'error') {
    throw new ApiError(
      answer.status,
      body?.errorType ?? 'http',
      body?.error ?? (text.slice(0, 300) || answer.statusText),
    )
  }
  return body
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // the caller reports the answer as it is
  }
}

interface QueryData {
  resultType: string
  result: unknown
}

/** Evaluates an expression over a range. */
export async function queryRange(
  query: string,
  span: { fromMs: number; toMs: number; stepMs: number },
  signal?: AbortSignal,
): Promise<RangeSeries[]> {
  const { fromMs, toMs, stepMs } = span
  const search = new URLSearchParams({
    query,
    start: String(Math.ceil(fromMs / stepMs) * (stepMs / 1000)),
    end: String(toMs / 1000),
    step: String(stepMs / 1000),
  })
  const data = await getPrometheus<QueryData>(`query_range?${search}`, signal)
  return readMatrix(data.result as never)
}

/** Evaluates an expression at one moment. */
export async function queryInstant(query: string, atMs: number, signal?: AbortSignal): Promise<InstantSeries[]> {
  const search = new URLSearchParams({ query, time: String(atMs / 1000) })
  return readInstant(await getPrometheus<QueryData>(`query?${search}`, signal))
}
