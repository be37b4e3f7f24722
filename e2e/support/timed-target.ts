/** A scrape target that remembers when it was asked: prints its port; `/times` tells the milliseconds since the epoch. */
import { createServer } from 'node:http'

const times: number[] = []
const server = createServer((request, response) => {
  if (request.url === '/times') return response.end(JSON.stringify(times.splice(0)))
  times.push(performance.timeOrigin + performance.now())
  return response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end('timed_target_up 1\n')
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`)
})
