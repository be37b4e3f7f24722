/**
 * The floor that scraping is compared with: `node bench/bare-receiver.ts INTERVAL_MS PORT…` fetches every body on the same
 * schedule with node:http, unpacks it where it is packed, counts its lines, and keeps nothing.
 */
import { Agent, get } from 'node:http'
import { gunzipSync } from 'node:zlib'

const [intervalMs, ...ports] = process.argv.slice(2).map(Number)
const agent = new Agent({ keepAlive: true })
let lines = 0

function receive(port: number): void {
  get({ host: '127.0.0.1', port, agent }, (response) => {
    if (response.headers['content-encoding'] !== 'gzip') {
      response.on('data', count)
      return
    }
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => count(gunzipSync(Buffer.concat(chunks))))
  }).on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  })
}

function count(bytes: Buffer): void {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++
}

for (const [i, port] of ports.entries()) {
  setTimeout(
    () => {
      receive(port)
      setInterval(() => receive(port), intervalMs)
    },
    (i * intervalMs) / ports.length,
  )
}
process.on('SIGTERM', () => {
  process.stdout.write(`${lines} lines\n`)
  process.exit(0)
})
