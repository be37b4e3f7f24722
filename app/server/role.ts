import { mkdirSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { createServer } from '#lib/api'
import { parseListenAddress, portOwner } from '#lib/http'
import type { Config } from '#lib/config'
import type { KubernetesSdConfig } from '#lib/discovery'
import { type Logger, openLog } from '#lib/log'
import { parseDuration } from '#lib/model'
import { TargetSets } from '#lib/scrape'
import { everything, type Scope } from '#lib/storage'
import { mergeFamilies, processFamilies, Registry, type TelemetryFamily } from '#lib/telemetry'
import { LocalAgent } from '../agent/local-agent.ts'
import { metricsAnswer } from '../agent/metrics-answer.ts'
import { openAdmission } from './admission.ts'
import { BuiltApplication } from './application.ts'
import type { Cluster } from './cluster.ts'
import type { WatchedCluster } from './cluster-sources.ts'
import { type DiscoveriesOf, isOwnCluster, PoolDiscovery } from './pool-discovery.ts'
import { remarksOn, syntaxOf } from './features.ts'
import { chooseCluster } from './find-cluster.ts'
import { asker } from './ask.ts'
import { LiveClock } from './live-clock.ts'
import type { ServerOptions } from './options.ts'
import { statusRoutes } from './prometheus-status.ts'
import { initialPools, localSource, readServerConfig } from './pools.ts'
import { sessionRoutes } from './session-routes.ts'
import { parseSize } from './size.ts'
import { sayStart } from './start-lines.ts'
import { type ServerFactory, StartingServer } from './starting-server.ts'
import { startThreads, type Threads } from './store-thread.ts'
import { targetsSource } from './targets-json.ts'
import { uiSources } from './ui-sources.ts'

/** A started server; disposing of it flushes and stops. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string
}

/** Starts the store, the queries, the HTTP server and, for `up`, the watch over this machine. */
export async function startServer(options: ServerOptions, fail: (error: Error) => void): Promise<RunningServer> {
  const startedMs = Date.now()
  const log = openLog({ level: options.logLevel, format: options.logFormat })
  const config = readServerConfig(options)
  const stack = new AsyncDisposableStack()
  const stop = new AbortController()
  const chosen = await chooseCluster(options.cluster)
  const agent = options.local ? stack.use(await LocalAgent.open(options, log)) : undefined
  const self = new SelfMetrics(() => [...targetSets.telemetry(), ...(cluster?.telemetry() ?? [])])
  const local = localSource(agent, () => self.families(threads))
  mkdirSync(options.storagePath, { recursive: true })
  const secure = await openSecure(options, log, stop.signal)
  const own = threadOptions(options, config, (name) => local.bodies.get(name), fail)
  const threads: Threads = stack.use(
    await whileStarting(options, secure?.serverFactory, log, (onReplay) => startThreads({ ...own, onReplay })),
  )
  // Whatever discovers targets later sets its pools and groups here, and its bodies in `local.bodies`.
  let cluster: Cluster | undefined
  const targetSets = new TargetSets({
    log,
    send: (change) => threads.store.apply(change),
    route: (target) => cluster?.route(target),
    namespaceTargetLimit: options.cluster.namespaceTargetLimit,
    namespaceSampleLimit: options.cluster.namespaceSampleLimit,
  })
  stack.defer(() => targetSets.stop())
  const targets = targetsSource(targetSets, () => threads.store.targets())
  const application = stack.use(new BuiltApplication(log))
  const clock = stack.use(new LiveClock(parseDuration(options.scrapeInterval)))
  const askAs = (scope: Scope) => asker(threads.pool, scope, stop.signal)
  const ask = askAs(everything)
  const ownPools = initialPools(options, config, local.targets)
  const asked = config.pools.flatMap(({ kubernetes = [] }) => kubernetes)
  const otherClusters = await openOtherClusters(asked, log, stack)
  if ('access' in chosen) {
    // Loaded only where there is a cluster: others need not pay for it.
    const [{ Cluster }, { coverContainers }] = await Promise.all([
      import('./cluster.ts'),
      import('./cover-containers.ts'),
    ])
    const parts = { access: chosen.access, log, ask, bodies: local.bodies, sets: targetSets, otherClusters }
    const folder = options.storagePath
    cluster = stack.use(new Cluster({ ...parts, options: options.cluster, others: () => ownPools, folder }))
    if (agent) coverContainers(agent, cluster, ask)
  }
  const watched: WatchedCluster = cluster ? { cluster } : { why: '', isTrouble: false, ...chosen }
  const { admission, access } = await openAdmission(options, cluster)
  const server = await createServer({
    hostNames: options.hostNames,
    anyHost: access !== undefined && secure !== undefined,
    admission,
    ...secure,
    read: (request, signal) => threads.pool.read(request, signal),
    status: statusRoutes({
      options,
      startedMs,
      config: () => config.shown,
      targets,
      stats: () => threads.store.stats(),
      blocks: () => threads.store.blocks(),
      cardinality: (scope, limit) => threads.query().cardinality(scope, limit),
    }),
    admin: {
      isEnabled: options.enableAdminApi,
      // A matcher holds functions, which cannot be sent.
      deleteSeries: (scope, { matcherSets, startMs, endMs }) => {
        const plain = matcherSets.map((list) => list.map(({ name, op, value }) => ({ name, op, value })))
        return threads.store.erase({ scope, matcherSets: plain, startMs, endMs })
      },
      cleanTombstones: () => threads.store.cleanTombstones(),
      snapshot: (skipHead) => threads.store.snapshot(skipHead),
    },
    ui: uiSources({ options, startedMs, agent, threads, askAs, config, targets, watched }),
    raw: rawRoutes(agent, () => self.families(threads)),
    isReady: () => true,
    application,
    onStream: (tick) => clock.add(tick),
    onRequest: (path, status, seconds) => self.requests.observe(seconds, 'handler', path, 'code', String(status)),
  })
  sessionRoutes(server, access)
  stack.defer(() => stop.abort())
  await listen(server, options.listenAddress)
  stack.defer(() => server.close())
  if (!cluster) {
    targetSets.setPools(ownPools)
    stack.use(new PoolDiscovery(targetSets, otherClusters)).supply(ownPools)
    if (asked.some(isOwnCluster))
      log.warn({ why: 'why' in chosen ? chosen.why : '' }, 'kubernetes_sd_configs find nothing: there is no cluster')
  }
  await targetSets.settled()
  const url = addressOf(server, secure !== undefined)
  for (const remark of remarksOn(options.features)) log.warn(remark)
  sayStart({ options, config, agent, watched, report: threads.report, url, builtPages: application.isBuilt, log })
  return { url, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Opens the store; meanwhile whoever asks is told how far that is. */
async function whileStarting(
  { listenAddress }: ServerOptions,
  serverFactory: ServerFactory | undefined,
  log: Logger,
  open: (onReplay: (doneBytes: number, totalBytes: number) => void) => Promise<Threads>,
): Promise<Threads> {
  await using starting = await StartingServer.open(listenAddress, serverFactory)
  let nextLogMs = performance.now() + LOG_START_MS
  return await open((doneBytes, totalBytes) => {
    const share = doneBytes / Math.max(1, totalBytes)
    starting.progress(share)
    if (performance.now() < nextLogMs) return
    nextLogMs = performance.now() + LOG_START_MS
    log.info({ doneBytes, totalBytes, percent: Math.floor(share * 100) }, 'the store reads its log')
  })
}

const LOG_START_MS = 2000

/** What the control group allows, or the machine has. */
function availableBytes(): number {
  return Math.min(process.constrainedMemory() || Infinity, totalmem())
}

function threadOptions(
  options: ServerOptions,
  { outOfOrderMs }: Config,
  localBody: (name: string) => Promise<{ body: Uint8Array; contentType: string }>,
  fail: (error: Error) => void,
) {
  const lookbackMs = parseDuration(options.queryLookbackDelta)
  return {
    store: {
      folder: resolve(options.storagePath),
      retentionMs: parseDuration(options.retentionTime),
      retentionBytes: parseSize(options.retentionSize),
      retentionPercentage: options.retentionPercentage,
      ...blockRangesOf(options),
      maxSeries: options.maxSeries,
      maxBytes: 0,
      outOfOrderMs,
      readers: options.queryMaxConcurrency,
      log: { level: options.logLevel, format: options.logFormat },
    },
    engine: {
      lookbackMs,
      maxSamples: options.queryMaxSamples,
      maxBytes: options.queryMaxMemory === '' ? availableBytes() / 8 : parseSize(options.queryMaxMemory) || Infinity,
      timeoutMs: parseDuration(options.queryTimeout),
      syntax: syntaxOf(options.features),
    },
    queryThreads: options.queryMaxConcurrency,
    assistants: assistantThreads(),
    maxQueued: options.queryMaxQueued,
    localBody,
    onFailure: (thread: string, error: Error) =>
      fail(new Error(`the ${thread} thread failed: ${error.message}`, { cause: error })),
  }
}

/** Prometheus' ranges: blocks of two hours, merged to a tenth of what is kept, but no more than 31 days. */
function blockRangesOf({ minBlockDuration, maxBlockDuration, retentionTime }: ServerOptions) {
  const tenthMs = parseDuration(retentionTime) / 10 || Infinity
  return {
    blockRangeMs: parseDuration(minBlockDuration),
    maxBlockRangeMs: maxBlockDuration === '' ? Math.min(31 * 86_400_000, tenthMs) : parseDuration(maxBlockDuration),
  }
}

/** Where HTTPS is asked for, what makes the server that speaks it. */
async function openSecure(options: ServerOptions, log: Logger, signal: AbortSignal) {
  const {
    tlsCertFile: certFile,
    tlsKeyFile: keyFile,
    tlsSelfSigned: selfSigned,
    hostNames,
    storagePath: folder,
  } = options
  if (certFile === '' && keyFile === '' && !selfSigned) return undefined
  const [{ followCertificate }, { SecureServer }] = await Promise.all([
    import('./serving-certificate.ts'),
    import('./secure-server.ts'),
  ])
  let secure: InstanceType<typeof SecureServer> | undefined
  const wanted = { certFile, keyFile, selfSigned, hostNames, folder }
  const pair = await followCertificate(wanted, log, signal, (next) => secure?.setCertificate(next))
  const serverFactory = (handler: RequestListener) => (secure = new SecureServer(pair, handler)).server
  return { serverFactory }
}

/** The clusters that entries of `kubernetes_sd_configs` name themselves. */
async function openOtherClusters(
  asked: readonly KubernetesSdConfig[],
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<DiscoveriesOf> {
  if (asked.every(isOwnCluster)) return () => undefined
  const { SdClusters } = await import('./sd-clusters.ts')
  const clusters = stack.use(await SdClusters.open(asked, log))
  return (config) => clusters.of(config)
}

/** How many query threads a machine gets by default. */
export function defaultQueryThreads(): number {
  return Math.max(1, Math.min(4, availableParallelism() - 1))
}

/** One thread works on a query itself. */
function assistantThreads(): number {
  return Math.min(3, availableParallelism() - 1)
}

/** What this program measures of itself, over all its threads. */
class SelfMetrics {
  readonly #registry = new Registry()
  readonly requests = this.#registry.timer(
    'binnacle_http_request_duration_seconds',
    'Time until the answer of an HTTP request was sent.',
    [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
  )

  constructor(more: () => TelemetryFamily[]) {
    this.#registry.source(more)
  }

  async families(threads: Threads) {
    return mergeFamilies([
      this.#registry.collect(),
      processFamilies(),
      threads.pool.telemetry(),
      await threads.store.telemetry(),
    ])
  }
}

function rawRoutes(agent: LocalAgent | undefined, self: () => Promise<ReturnType<typeof mergeFamilies>>) {
  type Raw = Parameters<typeof createServer>[0]['raw']
  const own: Raw = { '/metrics': async (request) => metricsAnswer(await self(), request) }
  if (!agent) return own
  const routes: Record<string, Raw[string]> = {
    // One address for all: this machine's metrics and the program's own.
    '/metrics': async (request) => metricsAnswer([...(await agent.node(request.params)), ...(await self())], request),
  }
  for (const target of agent.targets) {
    if (target.path !== '/metrics')
      routes[target.path] = async (request) => metricsAnswer(await target.collect(request.params), request)
  }
  return routes
}

/** Listens; a port that is taken is named with its owner and the flag to change it. */
async function listen(server: FastifyInstance, address: string): Promise<void> {
  const { host, port } = parseListenAddress(address)
  try {
    await server.listen({ host: host === '' ? '::' : host, port })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE') throw new Error(`cannot listen on ${address}: ${message}`, { cause: error })
    const owner = portOwner(port)
    const by = owner === undefined ? 'another program' : owner
    throw new Error(
      `port ${port} is taken by ${by}: stop it, or choose another address with --web.listen-address=127.0.0.1:${port + 1}`,
      { cause: error },
    )
  }
}

function addressOf(server: FastifyInstance, isSecure: boolean): string {
  const { address, port, family } = server.server.address() as AddressInfo
  const anywhere = ['::', '0.0.0.0', '::1'].includes(address)
  const host = family === 'IPv6' ? `[${address}]` : address
  return `${isSecure ? 'https' : 'http'}://${anywhere ? 'localhost' : host}:${port}`
}
