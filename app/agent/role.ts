import type { AddressInfo } from 'node:net'
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify'
import { Guard, parseListenAddress } from '#lib/http'
import { type LogFormat, type LogLevel, openLog } from '#lib/log'
import { processFamilies } from '#lib/telemetry'
import { type AgentOptions, LocalAgent } from './local-agent.ts'
import { metricsAnswer } from './metrics-answer.ts'

export interface AgentRoleOptions extends AgentOptions {
  readonly listenAddress: string
  readonly hostNames: readonly string[]
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
}

/** Serves this machine's metrics over HTTP, for any Prometheus-compatible scraper. */
export async function startAgent(options: AgentRoleOptions): Promise<AsyncDisposable> {
  const log = openLog({ level: options.logLevel, format: options.logFormat })
  const stack = new AsyncDisposableStack()
  const agent = stack.use(await LocalAgent.open(options, log))
  const server = fastify({ logger: false, forceCloseConnections: true })
  const rules = new Guard(options.hostNames)
  server.addHook('onRequest', async (request, reply) => {
    const refusal = rules.check({ method: request.method, headers: request.headers, isWebSocket: false })
    if (refusal) await reply.code(refusal.status).type('text/plain').send(`${refusal.message}\n`)
  })
  for (const target of agent.targets) {
    server.get(target.path, async (request, reply) => {
      const families = await target.collect(paramsOf(request))
      return sendMetrics(request, reply, target.path === '/metrics' ? [...families, ...processFamilies()] : families)
    })
  }
  server.get('/', (_, reply) =>
    reply.type('text/plain').send(`${['Binnacle agent', ...agent.targets.map(({ path }) => path)].join('\n')}\n`),
  )
  server.get('/-/healthy', (_, reply) => reply.type('text/plain').send('Binnacle is Healthy.\n'))
  const { host, port } = parseListenAddress(options.listenAddress)
  await server.listen({ host: host === '' ? '::' : host, port })
  stack.defer(() => server.close())
  log.info(
    {
      port: (server.server.address() as AddressInfo).port,
      paths: agent.targets.map(({ path }) => path),
      notAvailable: agent.notAvailable(),
    },
    'serving metrics',
  )
  return stack
}

function sendMetrics(request: FastifyRequest, reply: FastifyReply, families: Parameters<typeof metricsAnswer>[0]) {
  const { contentType, body } = metricsAnswer(families, { accept: request.headers.accept ?? '', params: {} })
  return reply.header('content-type', contentType).send(typeof body === 'string' ? body : Buffer.from(body))
}

/** Every value of each name in the request's query. */
function paramsOf(request: FastifyRequest): Record<string, string[]> {
  // Without a prototype: a parameter may be called constructor.
  const params = Object.create(null) as Record<string, string[]>
  for (const [name, value] of new URL(request.url, 'http://localhost').searchParams) (params[name] ??= []).push(value)
  return params
}
