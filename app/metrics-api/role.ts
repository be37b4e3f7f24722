import { hostname } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { Aggregation } from '#lib/aggregation'
import {
  type CertificatePair,
  followServingFiles,
  makeAuthority,
  readServingFiles,
  signServing,
} from '#lib/certificates'
import { parseListenAddress } from '#lib/http'
import { type ClusterAccess, ClusterWatch, ConfigMapPins, findCluster, type OpenKubeApi, openKubeApi } from '#lib/kube'
import { type LogFormat, type Logger, type LogLevel, openLog } from '#lib/log'
import {
  answerResourceMetrics,
  Cycle,
  FigureStore,
  MeasuredFigures,
  missingFamilies,
  missingFigures,
  type MissingParts,
  statusAnswer,
  whyMissing,
} from '#lib/resource-metrics'
import { mergeFamilies, processFamilies, type TelemetryFamily } from '#lib/telemetry'
import { metricsAnswer } from '../agent/metrics-answer.ts'
import { Access, type AskedRequest } from './access.ts'
import { Health } from './health.ts'
import { kubeletOf, KubeletsTrusted } from './kubelets.ts'
import { type MetricsApiOptions, metricsApiOptions } from './options.ts'
import { ApiServer, listenPlainly, type PlainAnswer } from './server.ts'
import { WatchedObjects } from './watched-objects.ts'

export interface MetricsApiRole {
  readonly flags: Readonly<Record<string, string>>
  readonly version: {
    readonly version: string
    readonly revision: string
    readonly built: string
    readonly node: string
  }
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
}

/** A started role. */
export interface RunningMetricsApi extends AsyncDisposable {
  readonly port: number
}

/** Others learn within about this time that we are no longer ready. */
const LEAVE_MS = 2500
const OWN_CERTIFICATE_MS = 365 * 86_400_000
/** How long the first cycle waits for the lists of nodes and pods. */
const LISTS_WAIT_MS = 30_000

/** Serves metrics.k8s.io from what kubelets say. */
export async function startMetricsApi(role: MetricsApiRole): Promise<RunningMetricsApi> {
  const log = openLog({ level: role.logLevel, format: role.logFormat })
  const options = metricsApiOptions(role.flags)
  await using building = new AsyncDisposableStack()
  const stop = new AbortController()
  const api = building.use(openKubeApi(await clusterOf(options), { userAgent: `binnacle/${role.version.version}` }))
  for (const notice of api.notices) log.warn(notice)
  const parts = building.use(new MetricsApi(api, options, role, log))
  // Before it has a certificate to serve with, it can be asked there what it waits for.
  building.use(await parts.telemetryServer())
  const server = await parts.openServer(stop.signal)
  const port = await server.listen(options.host, options.port)
  building.use(server)
  building.defer(() => parts.leave())
  parts.run(stop.signal)
  building.defer(() => stop.abort())
  log.info({ port, server: api.identity.server, user: api.identity.user }, 'serving metrics.k8s.io')
  const stack = building.move()
  // The last that was added ends first: it leaves, then the server closes, then what it answers from.
  return { port, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function clusterOf({ kubeconfig, context }: MetricsApiOptions): Promise<ClusterAccess> {
  const found = await findCluster({
    kubeconfig: kubeconfig === '' ? undefined : kubeconfig,
    context: context === '' ? undefined : context,
    env: process.env,
  })
  if (found.kind === 'cluster') return found.access
  throw new Error(`no cluster: ${found.why}: name one with --kubeconfig, or run in a pod of it`)
}

/** The parts of the role, joined. */
class MetricsApi implements AsyncDisposable {
  readonly #api: OpenKubeApi
  readonly #options: MetricsApiOptions
  readonly #role: MetricsApiRole
  readonly #log: Logger
  readonly #stack = new AsyncDisposableStack()
  readonly #watch: ClusterWatch
  readonly #objects: WatchedObjects
  readonly #trusted: KubeletsTrusted
  readonly #cycle: Cycle
  readonly #store: FigureStore
  readonly #figures: MeasuredFigures
  readonly #missing: MissingParts
  readonly #access: Access
  readonly #health: Health
  #aggregation: Aggregation | undefined
  #server: ApiServer | undefined
  #authorities = ''
  #isLeaving = false

  constructor(api: OpenKubeApi, options: MetricsApiOptions, role: MetricsApiRole, log: Logger) {
    this.#api = api
    this.#options = options
    this.#role = role
    this.#log = log
    this.#watch = this.#stack.use(new ClusterWatch({ api, log }))
    this.#objects = this.#stack.use(new WatchedObjects(this.#watch, options.nodeSelector))
    this.#watch.start()
    this.#trusted = new KubeletsTrusted({ api, options, objects: this.#objects, pins: this.#pins(), log })
    this.#store = new FigureStore(options.resolutionMs)
    this.#figures = new MeasuredFigures(this.#store)
    const { resolutionMs, timeoutMs } = options
    this.#cycle = this.#stack.use(
      new Cycle({
        store: this.#store,
        resolutionMs,
        timeoutMs,
        trust: this.#trusted,
        kubelets: () => this.#objects.nodes().map((node) => kubeletOf(node, options)),
        proof: () => this.#trusted.proof(),
      }),
    )
    this.#missing = { objects: this.#objects, store: this.#store, cycle: this.#cycle, resolutionMs }
    this.#access = new Access(api, options.allowedPaths, log, (pem) => {
      this.#authorities = pem
      this.#server?.setAuthorities(pem)
    })
    this.#health = new Health(
      [
        {
          name: 'metric-collection-timely',
          trouble: () => (this.#cycle.isTimely() ? '' : 'the last cycle is too long ago'),
        },
      ],
      [
        { name: 'serving-certificate', trouble: () => (this.#server === undefined ? this.#waitsFor() : '') },
        { name: 'metric-storage-ready', trouble: () => (this.#cycle.isWarm ? '' : this.#coldWhy()) },
        {
          name: 'metadata-informer-sync',
          trouble: () => (this.#objects.isComplete ? '' : 'nodes and pods are not listed yet'),
        },
        { name: 'shutdown', trouble: () => (this.#isLeaving ? 'this replica is about to end' : '') },
      ],
    )
  }

  /** The HTTPS server with its first certificate; not listening yet. */
  async openServer(signal: AbortSignal): Promise<ApiServer> {
    await this.#access.read()
    const pair = await this.#certificate(signal)
    this.#server = new ApiServer(
      pair,
      (request) => this.#answer(request),
      (error) => this.#log.error({ err: error }, 'a request could not be answered'),
    )
    this.#server.setAuthorities(this.#authorities)
    return this.#server
  }

  async telemetryServer(): Promise<AsyncDisposable> {
    const { telemetryAddress } = this.#options
    if (telemetryAddress === '') return { [Symbol.asyncDispose]: async () => undefined }
    const { host, port } = parseListenAddress(telemetryAddress)
    const onError = (error: unknown) => this.#log.error({ err: error }, 'a request could not be answered')
    return listenPlainly(host, port, async (request) => this.#telemetryAnswer(request), onError)
  }

  #coldWhy(): string {
    return this.#cycle.done === 0 ? 'no cycle has been tried yet' : 'figures take a second reading'
  }

  #waitsFor(): string {
    const { role, why } = this.#aggregation?.state() ?? { role: 'starting', why: '' }
    return role === 'failing' ? why : 'the API server was not asked yet how it authenticates and who signs certificates'
  }

  /** Starts what goes on until the signal aborts. */
  run(signal: AbortSignal): void {
    const ended = [this.#access.follow(signal), this.#cycles(signal), this.#aggregation?.run(signal)]
    for (const one of ended)
      void one?.catch((error: unknown) => {
        if (!signal.aborted) this.#log.error({ err: error }, 'a part has ended that must not')
      })
  }

  /** Tells that no more requests should come, and waits until that is known. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    if (this.#isInPod) await setTimeout(LEAVE_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }

  get #isInPod(): boolean {
    return this.#api.identity.source === 'pod'
  }

  #pins(): ConfigMapPins | undefined {
    const { pinsConfigMap: name } = this.#options
    // A kubeconfig's credential may do more than read metrics: nobody who is merely known by sight is shown it.
    if (name === '' || !this.#isInPod) return undefined
    const { namespace } = this.#api.identity
    return new ConfigMapPins({ api: this.#api, namespace, name, onFailure: (message) => this.#log.warn(message) })
  }

  /** Cycles begin once it is known what there is to read. */
  async #cycles(signal: AbortSignal): Promise<void> {
    const waitUntil = Date.now() + LISTS_WAIT_MS
    while (!this.#objects.isComplete && Date.now() < waitUntil && !signal.aborted) await setTimeout(50)
    await this.#cycle.run(signal, () => this.#trusted.settle())
  }

  async #certificate(signal: AbortSignal): Promise<CertificatePair> {
    const { certFile, keyFile } = this.#options
    const serve = (pair: CertificatePair) => this.#server?.setCertificate(pair)
    if (certFile !== '') {
      const files = { certFile, keyFile }
      const pair = await readServingFiles(files)
      const listener = { changed: serve, problem: (error: Error) => this.#log.warn(error.message) }
      void followServingFiles(files, pair, listener, signal)
      return pair
    }
    if (!this.#isInPod) return ownCertificate()
    const { serviceName: service, serviceNamespace, clusterRole } = this.#options
    const namespace = serviceNamespace === '' ? this.#api.identity.namespace : serviceNamespace
    this.#aggregation = new Aggregation({
      api: this.#api,
      names: { namespace, service, secret: `${service}-ca`, clusterRole, instance: hostname() },
      log: this.#log,
      isReady: () => this.#cycle.done > 0,
      missing: () => missingFigures(this.#missing),
      onCertificate: serve,
      nodeUid: (node) => this.#objects.node(node)?.uid,
    })
    return this.#aggregation.start(signal)
  }

  async #answer(request: AskedRequest): Promise<PlainAnswer> {
    try {
      await this.#access.check(request)
    } catch (error) {
      return statusAnswer(error)
    }
    const health = this.#health.answer(request.url)
    if (health !== undefined) return text(health)
    if (request.url.pathname === '/metrics') return this.#metrics(request)
    const { method, url, headers } = request
    const first = (name: string) => headers[name]?.join(', ') ?? ''
    return answerResourceMetrics(
      {
        method,
        path: url.pathname,
        query: url.searchParams,
        accept: first('accept'),
        ifNoneMatch: first('if-none-match'),
      },
      {
        figures: this.#figures,
        objects: this.#objects,
        nowMs: Date.now(),
        version: this.#role.version,
        why: (plural, namespace, name) => whyMissing(this.#missing, plural, namespace, name),
      },
    )
  }

  /** Behind a NetworkPolicy and without a token: our own metrics and health, nothing of the API. */
  #telemetryAnswer(request: AskedRequest): PlainAnswer {
    const health = this.#health.answer(request.url)
    if (health !== undefined) return text(health)
    if (request.url.pathname === '/metrics') return this.#metrics(request)
    return text({ status: 404, text: '404 page not found\n' })
  }

  #metrics({ headers }: AskedRequest): PlainAnswer {
    const { contentType, body } = metricsAnswer(this.#families(), { accept: headers.accept?.[0] ?? '', params: {} })
    return { status: 200, headers: { 'content-type': contentType }, body: [body] }
  }

  #families(): TelemetryFamily[] {
    return mergeFamilies([
      this.#cycle.telemetry(),
      this.#figures.telemetry(),
      this.#trusted.telemetry(),
      missingFamilies(missingFigures(this.#missing)),
      this.#aggregation?.telemetry() ?? [],
      this.#watch.telemetry(),
      this.#api.telemetry(),
      processFamilies(),
    ])
  }
}

function text({ status, text: body }: { status: number; text: string }): PlainAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: [body] }
}

/** Outside of a cluster, without files: one that signs itself. */
async function ownCertificate(): Promise<CertificatePair> {
  const notBeforeMs = Date.now() - 60_000
  const validity = { notBeforeMs, notAfterMs: notBeforeMs + OWN_CERTIFICATE_MS }
  const authority = await makeAuthority({ commonName: 'binnacle metrics-api', ...validity })
  const names = { dnsNames: ['localhost', hostname()], ipAddresses: ['127.0.0.1'] }
  return signServing(authority, { commonName: 'localhost', ...names, ...validity })
}
