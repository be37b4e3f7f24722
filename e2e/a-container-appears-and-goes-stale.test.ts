import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startDocker, type DockerForTests } from './support/docker.ts'
import { editions, Program, sleep, until } from './support/program.ts'

let docker: DockerForTests | { skipped: string }

before(async () => {
  docker = await startDocker()
})

after(async () => {
  if (!('skipped' in docker)) await docker[Symbol.asyncDispose]()
})

for (const edition of editions) {
  test(`a container appears by name, agrees with docker stats, and goes stale when it is removed (${edition})`, async (t) => {
    if ('skipped' in docker) return t.skip(docker.skipped)
    await using program = await Program.start({
      edition,
      args: ['--scrape.interval=1s', `--docker.socket=${docker.socketPath}`],
    })
    const name = `binnacle-test-${edition}`
    docker.docker(
      'run',
      '--detach',
      '--network',
      'none',
      '--name',
      name,
      '--memory',
      '64m',
      // A steady load, however busy the machine is.
      '--cpus',
      '0.2',
      'binnacle-busybox:1',
      '/bin/busybox',
      'sh',
      '-c',
      'while true; do :; done',
    )
    const started = Date.now()
    await until(
      15,
      'the container by its name',
      async () => (await program.query(`container_memory_usage_bytes{name="${name}"}`)).length > 0,
    )
    assert.ok(Date.now() - started < 15_000)
    await agreesWithDocker(program, docker, name)
    const listed = JSON.parse((await program.get('/api/ui/v1/containers')).text) as {
      containers: { name: string; state: string }[]
    }
    assert.equal(listed.containers.find((one) => one.name === name)?.state, 'running')
    docker.docker('rm', '--force', name)
    await until(
      15,
      'stale after removal',
      async () => (await program.query(`container_memory_usage_bytes{name="${name}"}`)).length === 0,
    )
  })
}

/** CPU within a fifth (docker samples another second), memory within a few percent. */
async function agreesWithDocker(program: Program, { docker }: DockerForTests, name: string): Promise<void> {
  await sleep(8000)
  const [cpu, memory] = docker('stats', '--no-stream', '--format', '{{.CPUPerc}} {{.MemUsage}}', name).trim().split(' ')
  const [used] = await program.query(`container_memory_working_set_bytes{name="${name}"}`)
  const [cores] = await program.query(`sum(rate(container_cpu_usage_seconds_total{name="${name}"}[6s]))`)
  const dockerCores = Number.parseFloat(cpu) / 100
  assert.ok(
    Math.abs(Number(cores.value[1]) - dockerCores) <= 0.25 * Math.max(dockerCores, 0.2),
    `CPU: ${cores.value[1]} cores, docker ${dockerCores}`,
  )
  const difference = Math.abs(Number(used.value[1]) - bytes(memory))
  assert.ok(difference <= 0.1 * bytes(memory) + 128 * 1024, `memory: ${used.value[1]}, docker ${memory}`)
}

/** `1.25MiB` in bytes. */
function bytes(text: string): number {
  const factors: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }
  const [, number, unit] = /^([\d.]+)([KMG]?i?B)$/.exec(text) ?? assert.fail(`not a size: ${text}`)
  return Number(number) * factors[unit]
}
