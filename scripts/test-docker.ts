/** `node scripts/test-docker.ts`: starts the Docker that the tests use, prints its socket, and stops it on Ctrl-C. */
import { once } from 'node:events'

import { startDocker } from '../e2e/support/docker.ts'

const started = await startDocker()
if ('skipped' in started) {
  process.stdout.write(`skipped: ${started.skipped}\n`)
} else {
  await using docker = started
  process.stdout.write(`DOCKER_HOST=unix://${docker.socketPath}\n`)
  const keepAlive = setInterval(() => undefined, 60_000)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  clearInterval(keepAlive)
}
