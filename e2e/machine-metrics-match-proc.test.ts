import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { editions, Program, until } from './support/program.ts'

for (const edition of editions) {
  test(`machine metrics appear and match /proc at the same moment (${edition})`, async () => {
    await using program = await Program.start({ edition })
    const [total] = await until(15, 'memory in the store', async () => {
      const found = await program.query('node_memory_MemTotal_bytes{job="node"}')
      return found.length > 0 && found
    })
    assert.equal(Number(total.value[1]), meminfo('MemTotal'))
    const { text } = await program.get('/metrics')
    const free = Number(/^node_memory_MemAvailable_bytes (\S+)$/m.exec(text)?.[1])
    assert.ok(
      Math.abs(free - meminfo('MemAvailable')) < 0.05 * meminfo('MemTotal'),
      'available memory at the same moment',
    )
    const stat = readFileSync('/proc/stat', 'latin1')
    const boot = Number(/^btime (\d+)$/m.exec(stat)?.[1])
    assert.equal(Number(/^node_boot_time_seconds (\S+)$/m.exec(text)?.[1]), boot)
    await cpuMatches(program)
    const [up] = await program.query('up{job="node"}')
    assert.equal(up.value[1], '1')
  })
}

/** Every core's idle seconds lie between two readings of /proc/stat. */
async function cpuMatches(program: Program): Promise<void> {
  const before = idleSeconds()
  const { text } = await program.get('/metrics')
  const after = idleSeconds()
  for (const [cpu, seconds] of before) {
    const shown = Number(
      new RegExp(`^node_cpu_seconds_total\\{cpu="${cpu}",mode="idle"\\} (\\S+)$`, 'm').exec(text)?.[1],
    )
    assert.ok(
      shown >= seconds - 0.011 && shown <= (after.get(cpu) ?? 0) + 0.011,
      `cpu ${cpu}: ${seconds} <= ${shown} <= ${after.get(cpu)}`,
    )
  }
}

function idleSeconds(): Map<string, number> {
  const lines = readFileSync('/proc/stat', 'latin1').matchAll(/^cpu(\d+) (.*)$/gm)
  return new Map([...lines].map(([, cpu, fields]) => [cpu, Number(fields.split(' ')[3]) / 100]))
}

function meminfo(name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/meminfo', 'latin1'))?.[1]) * 1024
}
