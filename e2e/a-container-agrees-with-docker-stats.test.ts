import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

import { ContainerWatch } from '#lib/collect'
import { everything } from '#lib/storage'

import { startDocker } from './support/docker.ts'

import type { MetricFamily } from '#lib/exposition'

function valueOf(families: readonly MetricFamily[], name: string, container: string): number | undefined {
  const family = families.find((one) => one.name === name)
  const found = family?.metrics.find((one) => one.labels[one.labels.indexOf('name') + 1] === container)
  return found === undefined ? undefined : Number(found.value)
}

async function until<T>(withinMs: number, ask: () => T | undefined): Promise<T> {
  for (const deadlineMs = Date.now() + withinMs; Date.now() < deadlineMs; await sleep(100)) {
    const answer = ask()
    if (answer !== undefined) return answer
  }
  throw new Error(`nothing within ${withinMs} ms`)
}

test('containers: CPU and memory agree with docker stats, and end with the container', async (t) => {
  const started = await startDocker()
  if ('skipped' in started) return t.skip(started.skipped)
  await using docker = started
  const stop = new AbortController()
  const watch = new ContainerWatch({ dockerSocket: docker.socketPath, signal: stop.signal })
  try {
    await watch.ready
    const busy = 'while true; do i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; sleep 0.02; done'
    const hold = 'x=$(head -c 20000000 /dev/zero | tr "\\0" a); '
    const limits = ['--memory', '256m', '--cpus', '0.5', '--network', 'none']
    docker.docker('run', '-d', '--name', 'busy', ...limits, 'binnacle-busybox:1', 'sh', '-c', hold + busy)
    await until(5000, () => valueOf(watch.collect(), 'container_memory_usage_bytes', 'busy'))
    await sleep(2000)

    const cpu = () => valueOf(watch.collect(), 'container_cpu_usage_seconds_total', 'busy')!
    const [from, fromMs] = [cpu(), Date.now()]
    const stats = JSON.parse(docker.docker('stats', '--no-stream', '--format', 'json', 'busy')) as Record<
      string,
      string
    >
    const ours = ((cpu() - from) / (Date.now() - fromMs)) * 100_000
    const theirs = Number.parseFloat(stats.CPUPerc)
    assert.ok(Math.abs(ours - theirs) < Math.max(4, theirs * 0.15), `CPU: ours ${ours} %, docker's ${theirs} %`)

    const workingSetMiB = valueOf(watch.collect(), 'container_memory_working_set_bytes', 'busy')! / 2 ** 20
    const dockerMiB = Number.parseFloat(stats.MemUsage)
    assert.ok(
      Math.abs(workingSetMiB - dockerMiB) < Math.max(2, dockerMiB * 0.1),
      `${workingSetMiB} and ${dockerMiB} MiB`,
    )
    t.diagnostic(`CPU ${ours.toFixed(1)} % and ${theirs} %, memory ${workingSetMiB.toFixed(1)} and ${dockerMiB} MiB`)

    const listed = watch.list.read(everything).find((one) => one.name === 'busy')!
    assert.equal(listed.state, 'running')
    assert.deepEqual(listed.limits, { cpuCores: 0.5, memoryBytes: 256 * 2 ** 20 })

    docker.docker('kill', 'busy')
    const exited = await until(5000, () => watch.list.read(everything).find((one) => one.state === 'exited'))
    assert.equal(exited.exitCode, 137)
    docker.docker('rm', 'busy')
    await until(5000, () => (watch.list.read(everything).some((one) => one.name === 'busy') ? undefined : true))
    assert.equal(valueOf(watch.collect(), 'container_memory_usage_bytes', 'busy'), undefined)
  } finally {
    stop.abort()
  }
})
