import { Families } from './container-families.ts'
import { addNetwork, addSpec } from './container-spec.ts'
import { addUsage } from './container-usage.ts'

import type { CgroupSpec, CgroupStats, InterfaceStats } from '#lib/cgroup'
import type { MetricFamily } from '#lib/exposition'

/** The families of one cgroup, from what was read of it. */
export function containerFamilies(
  base: readonly string[],
  stats: CgroupStats,
  spec: CgroupSpec,
  interfaces: readonly InterfaceStats[],
  device: (major: number, minor: number) => string,
): MetricFamily[] {
  const to = new Families()
  addUsage(to, base, stats, spec, device)
  addSpec(to, base, spec)
  addNetwork(to, base, interfaces)
  return to.all()
}
