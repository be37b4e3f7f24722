/**
 * A synthetic fleet in a process of its own: `node bench/fleet.ts TARGETS SERIES [gzip]` listens on as many ports of loopback,
 * prints them as JSON, and answers each request with a body whose values have moved since the last one.
 */
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'

const [targets, series] = process.argv.slice(2, 4).map(Number)
const isGzip = process.argv[4] === 'gzip'
const headers = {
  'content-type': 'text/plain; version=0.0.4; charset=utf-8',
  ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
}

class FleetTarget {
  #scrapes = 0
  readonly #names: readonly string[]

  constructor(index: number) {
    this.#names = Array.from({ length: series }, (_, i) => seriesName(index, i))
  }

  /** Counters grow by a jittery rate, gauges wander with two decimals, a fifth never changes. */
  body(): string {
    const n = ++this.#scrapes
    let text = ''
    for (let i = 0; i < series; i++) {
      if (i % 50 === 0)
        text += `# HELP ${familyName(i)} A synthetic family.\n# TYPE ${familyName(i)} ${i % 100 === 0 ? 'counter' : 'gauge'}\n`
      text += `${this.#names[i]} ${valueOf(i, n)}\n`
    }
    return text
  }
}

function familyName(i: number): string {
  return `fleet_family_${Math.floor(i / 50)}${Math.floor(i / 50) % 2 === 0 ? '_total' : ''}`
}

function seriesName(target: number, i: number): string {
  return `${familyName(i)}{namespace="ns-${target % 10}",pod="app-${target}-7c9f5d${i % 50}",container="main",code="${200 + (i % 5)}"}`
}

function valueOf(i: number, n: number): number {
  if (i % 5 === 0) return i
  if (Math.floor(i / 50) % 2 === 0) return n * (10 + (i % 90)) + ((n * 7919 + i * 104729) % 13)
  return Math.round(100 * (50 + 40 * Math.sin(n / 9 + i))) / 100
}

const ports = await Promise.all(
  Array.from({ length: targets }, (_, index) => {
    const target = new FleetTarget(index)
    const server = createServer((_request, response) => {
      const body = target.body()
      response.writeHead(200, headers).end(isGzip ? gzipSync(body, { level: 1 }) : body)
    })
    return new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
  }),
)
process.stdout.write(`${JSON.stringify(ports)}\n`)
