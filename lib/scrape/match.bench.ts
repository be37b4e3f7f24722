/** CPU per sample of line matching and of receiving, each alone and together: `node lib/scrape/match.bench.ts`. */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { BodyBuffer } from '#lib/http'
import { Labels } from '#lib/model'
import type { SampleGroup } from '#lib/storage'
import { FastClient } from './fast-client.ts'
import { LineMatcher } from './line-matcher.ts'
import { defaultPoolOptions } from './pool.ts'

const TARGETS = 100
const SERIES = 1000
const ROUNDS = 20

/** A group that keeps nothing, so that only the scraper is measured. */
function nullGroup(): SampleGroup {
  let series = 0
  let sum = 0
  return {
    refusal: 'none',
    series: () => ++series,
    begin: () => {},
    add: (ref, value) => (sum += ref + value) !== 0.5,
    addStale: () => true,
    addAt: () => true,
    addHistogram: () => true,
    addHistogramAt: () => true,
    metadata: () => {},
    commit: () => true,
    rollback: () => {},
    close: () => {},
  }
}

/** Ten families of a hundred series: counters that move, gauges, and values that stand still. */
function bodyOf(target: number, round: number): Uint8Array {
  let text = ''
  for (let family = 0; family < 10; family++) {
    const name = `http_requests_family_${family}_total`
    text += `# HELP ${name} Requests that the handler answered.\n# TYPE ${name} counter\n`
    for (let i = 0; i < SERIES / 10; i++) {
      const value =
        family < 6 ? (target + 1) * 1000 + round * (i + 1) : family < 8 ? ((i * 7919 + round) % 9973) / 100 : i
      text += `${name}{handler="/api/v1/items/${i}",method="GET",code="200",zone="zone-${target % 3}"} ${value}\n`
    }
  }
  return Buffer.from(text)
}

interface Row {
  readonly name: string
  readonly micros: number[]
}

const bodies = Array.from({ length: 4 }, (_, round) => Array.from({ length: TARGETS }, (_, t) => bodyOf(t, round)))
const matchers = Array.from(
  { length: TARGETS },
  (_, t) => new LineMatcher(nullGroup(), Labels.from({ job: 'bench', instance: `t${t}` }), defaultPoolOptions),
)
const buffer = new BodyBuffer()

function match(t: number, samples = SERIES): void {
  const matcher = matchers[t]
  matcher.begin(buffer, 'text')
  while (!matcher.step(buffer));
  if (matcher.err !== '' || matcher.samples !== samples) throw new Error(`${matcher.err} ${matcher.samples}`)
  matcher.accept()
}

async function measure(name: string, round: (r: number) => void | Promise<void>): Promise<Row> {
  for (let r = 0; r < 4; r++) await round(r)
  const micros: number[] = []
  for (let r = 0; r < ROUNDS; r++) {
    const before = process.cpuUsage()
    await round(r)
    const used = process.cpuUsage(before)
    micros.push((used.user + used.system) / (TARGETS * SERIES))
  }
  return { name, micros: micros.sort((a, b) => a - b) }
}

function show({ name, micros }: Row): void {
  const at = (share: number) => micros[Math.floor((micros.length - 1) * share)].toFixed(3)
  console.log(`${name.padEnd(34)} ${at(0.5)} µs/sample  (${at(0.1)} … ${at(0.9)})`)
}

/** Answers with ready bytes; its CPU is in the figure of every row that receives. */
let round = 0
const server = createServer((socket) => {
  let target = -1
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes) => {
    target = Number(/^GET \/(\d+)/.exec(bytes.toString('latin1'))?.[1] ?? target)
    const body = bodies[round % bodies.length][target]
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: ${body.length}\r\n\r\n`)
    socket.write(body)
  })
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const clients = Array.from(
  { length: TARGETS },
  (_, t) => new FastClient(new URL(`http://127.0.0.1:${port}/${t}`), defaultPoolOptions),
)
const signal = new AbortController().signal

async function receive(r: number, then: (t: number) => void): Promise<void> {
  round = r
  for (const [t, client] of clients.entries()) {
    await client.fetch(buffer, 1 << 26, signal)
    then(t)
  }
}

/** Matches all targets' bodies; the extra line is new in each round. */
function matchAll(r: number, extra: string): void {
  const line = Buffer.from(extra)
  for (let t = 0; t < TARGETS; t++) {
    const body = bodies[r % bodies.length][t]
    buffer.length = 0
    buffer.append(line, 0, line.length)
    buffer.append(body, 0, body.length)
    match(t, extra === '' ? SERIES : SERIES + 1)
  }
}

let fresh = 0
show(await measure('match', (r) => matchAll(r, '')))
show(await measure('match, one new line in each body', (r) => matchAll(r, `fresh{id="${fresh++}"} 1\n`)))
show(await measure('serve and receive (bare receiver)', (r) => receive(r, () => {})))
show(await measure('serve, receive and match', (r) => receive(r, (t) => match(t))))
for (const client of clients) client.close()
server.close()
