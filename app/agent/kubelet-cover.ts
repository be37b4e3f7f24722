import type { MetricFamily } from '#lib/exposition'

/**
 * One fact is one series: where the kubelet of this machine is scraped it tells of the machine, its cgroups and its pods;
 * what is left for us are the containers that it does not know, those of Docker, which have a name.
 */
export function withoutKubelets(families: readonly MetricFamily[]): MetricFamily[] {
  const kept: MetricFamily[] = []
  for (const family of families) {
    const metrics = family.metrics.filter(({ labels }) => (valueOf(labels, 'name') ?? '') !== '')
    if (metrics.length > 0) kept.push({ ...family, metrics })
  }
  return kept
}

function valueOf(labels: readonly string[], name: string): string | undefined {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1]
  return undefined
}
