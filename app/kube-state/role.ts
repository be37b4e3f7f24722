import { Reviewer } from '#lib/auth'
import { ClusterWatch, openKubeApi } from '#lib/kube'
import { type LogFormat, type Logger, type LogLevel, openLog } from '#lib/log'
import { mergeFamilies, processFamilies, Registry, type TelemetryFamily } from '#lib/telemetry'
import { AuthFilter } from './auth-filter.ts'
import { Autosharding, type Share } from './autosharding.ts'
import { clusterOf } from './cluster.ts'
import { CurrentState } from './current-state.ts'
import { HostNames } from './host-names.ts'
import { listen, type ListenOptions } from './http.ts'
import { freeAll, limitYoungRoom } from './memory.ts'
import { type FlagValues, type KubeStateOptions, optionsOfFlags } from './options.ts'
import { type RouteSources, stateRoutes, telemetryRoutes } from './routes.ts'
import { type Loaded, SettingsSource } from './settings-source.ts'

export interface KubeStateRoleOptions {
  readonly flags: FlagValues
  readonly version: { readonly version: string; readonly revision: string; readonly node: string }
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
}

/** A started role; disposing of it ends its watches and servers. */
export interface RunningKubeState extends AsyncDisposable {
  readonly port: number
  readonly telemetryPort: number
}

/** How often files of settings are looked at. */
const LOOK_MS = 5000

/** Renders the state of a cluster and serves it, as kube-state-metrics does. */
export async function startKubeState(role: KubeStateRoleOptions): Promise<RunningKubeState> {
  const log = openLog({ level: role.logLevel, format: role.logFormat })
  await using building = new AsyncDisposableStack()
  building.use(limitYoungRoom())
  const files = new SettingsSource(optionsOfFlags(role.flags))
  const { options, settings } = await files.load()
  const api = building.use(openKubeApi(await clusterOf(options), { userAgent: `binnacle/${role.version.version}` }))
  for (const notice of api.notices) log.warn(notice)
  const watch = building.use(new ClusterWatch({ api, log }))
  const sharding = shardingOf(options, api)
  const share = await sharding?.detect()
  const state = building.use(
    new CurrentState(watch, { ...settings, ...shareOf(share) }, (message) => log.warn(message)),
  )
  const keeper = building.use(new SettingsKeeper(files, state, share, log))
  if (sharding && share) building.use(sharding.follow(watch, share.set, (next) => keeper.reshard(next)))
  watch.start()
  building.use(afterFirstLists(state))
  const self = new SelfMetrics(role, () => [
    ...state.now.telemetry(),
    ...files.telemetry(),
    ...watch.telemetry(),
    ...api.telemetry(),
  ])
  const sources: RouteSources = {
    api,
    state: () => state.now,
    gzip: options.gzip,
    auth: options.authFilter ? new AuthFilter(new Reviewer(api)) : undefined,
    telemetry: () => self.families(),
    observe: (seconds, method) => self.requests.observe(seconds, 'handler', 'metrics', 'method', method),
  }
  const tls = options.tlsConfig === '' ? undefined : await import('./tls.ts')
  const served = await tls?.readTls(options.tlsConfig)
  const shared = listenOptions(options, served?.options, log)
  const main = building.use(await listen(stateRoutes(sources), { ...shared, host: options.host, port: options.port }))
  const telemetry = building.use(
    await listen(telemetryRoutes(sources), { ...shared, host: options.telemetryHost, port: options.telemetryPort }),
  )
  if (tls !== undefined && served !== undefined) building.use(tls.followTls(served, [main, telemetry], log))
  const { server, user, context, from } = api.identity
  log.info(
    { port: main.port, telemetryPort: telemetry.port, server, user, context, from },
    'serving the cluster’s state',
  )
  const stack = building.move()
  return { port: main.port, telemetryPort: telemetry.port, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

function shardingOf({ pod, podNamespace }: KubeStateOptions, api: ConstructorParameters<typeof Autosharding>[0]) {
  return pod === '' || podNamespace === '' ? undefined : new Autosharding(api, pod, podNamespace)
}

function shareOf(share: Share | undefined): Partial<Share> {
  return share === undefined ? {} : { shard: share.shard, totalShards: share.totalShards }
}

function listenOptions(
  options: KubeStateOptions,
  tls: ListenOptions['tls'],
  log: Logger,
): Omit<ListenOptions, 'host' | 'port'> {
  const names = new HostNames(options.hostNames)
  return {
    tls,
    readTimeoutMs: options.readTimeoutMs,
    writeTimeoutMs: options.writeTimeoutMs,
    idleTimeoutMs: options.idleTimeoutMs,
    headerTimeoutMs: options.headerTimeoutMs,
    refusal: (host, method) => names.refusal(host, method),
    onError: (error, path) => log.error({ err: error, path }, 'a request could not be answered'),
  }
}

/** Puts other settings into force when their files or the StatefulSet change. */
class SettingsKeeper implements Disposable {
  readonly #files: SettingsSource
  readonly #state: CurrentState
  readonly #log: Logger
  readonly #timer: NodeJS.Timeout
  #share: Share | undefined

  constructor(files: SettingsSource, state: CurrentState, share: Share | undefined, log: Logger) {
    this.#files = files
    this.#state = state
    this.#share = share
    this.#log = log
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  reshard(share: Share): void {
    if (share.shard === this.#share?.shard && share.totalShards === this.#share.totalShards) return
    this.#share = share
    this.#apply(async () => this.#state.now.settings, `shard ${share.shard} of ${share.totalShards}`)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    if (this.#files.hasChanged())
      this.#apply(async () => (await this.#files.load()).settings, 'settings from changed files')
  }

  #apply(settings: () => Promise<Loaded['settings']>, what: string): void {
    const applied = async (): Promise<void> => {
      await this.#state.replace({ ...(await settings()), ...shareOf(this.#share) })
      this.#log.info(`in force: ${what}`)
    }
    applied().catch((error: unknown) => this.#log.error({ err: error }, `not in force: ${what}`))
  }
}

/** The first lists leave more garbage behind than hours of updates. V8 gives pages back at the second collection only. */
function afterFirstLists(state: CurrentState): Disposable {
  let left = 2
  const timer = setInterval(() => {
    if (!state.now.isReady) return
    freeAll()
    if (--left === 0) clearInterval(timer)
  }, 3000).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** What this program measures of itself. */
class SelfMetrics {
  readonly #registry = new Registry()
  readonly #more: () => TelemetryFamily[]
  readonly requests = this.#registry.timer(
    'http_request_duration_seconds',
    'A histogram of requests for kube-state-metrics metrics handler.',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  )

  constructor({ version }: KubeStateRoleOptions, more: () => TelemetryFamily[]) {
    this.#more = more
    const labels = ['version', version.version, 'revision', version.revision, 'nodeversion', version.node]
    this.#registry
      .gauge('kube_state_metrics_build_info', 'A metric with a constant 1 value labeled by version and revision.')
      .set(1, ...labels, 'goos', process.platform, 'goarch', process.arch)
  }

  families(): TelemetryFamily[] {
    return mergeFamilies([this.#registry.collect(), this.#more(), processFamilies()])
  }
}
