import type { CgroupSpec, InterfaceStats } from '#lib/cgroup'
import type { Families } from './container-families.ts'

/** The limits of one cgroup, in cAdvisor's names. */
export function addSpec(to: Families, base: readonly string[], { cpu, memory }: CgroupSpec): void {
  const gauge = (name: string, help: string, value: bigint) =>
    to.add(`container_spec_${name}`, 'gauge', help, base, value)
  if (cpu !== undefined) {
    gauge('cpu_period', 'CPU period of the container.', cpu.periodUs)
    if (cpu.quotaUs !== 0n) gauge('cpu_quota', 'CPU quota of the container.', cpu.quotaUs)
    gauge('cpu_shares', 'CPU share of the container.', cpu.shares)
  }
  if (memory !== undefined) {
    gauge('memory_limit_bytes', 'Memory limit for the container.', memory.limitBytes)
    gauge('memory_swap_limit_bytes', 'Memory swap limit for the container.', memory.swapLimitBytes)
    gauge('memory_reservation_limit_bytes', 'Memory reservation limit for the container.', memory.reservationBytes)
  }
}

const counters = [
  ['receive_bytes', 'bytes received', 'rxBytes'],
  ['receive_packets', 'packets received', 'rxPackets'],
  ['receive_packets_dropped', 'packets dropped while receiving', 'rxDropped'],
  ['receive_errors', 'errors encountered while receiving', 'rxErrors'],
  ['transmit_bytes', 'bytes transmitted', 'txBytes'],
  ['transmit_packets', 'packets transmitted', 'txPackets'],
  ['transmit_packets_dropped', 'packets dropped while transmitting', 'txDropped'],
  ['transmit_errors', 'errors encountered while transmitting', 'txErrors'],
] as const

/** What the interfaces of one network namespace carried, in cAdvisor's names. */
export function addNetwork(to: Families, base: readonly string[], interfaces: readonly InterfaceStats[]): void {
  for (const entry of interfaces) {
    const labels = [...base, 'interface', entry.name]
    for (const [name, what, key] of counters) {
      to.add(`container_network_${name}_total`, 'counter', `Cumulative count of ${what}`, labels, entry[key])
    }
  }
}
