import { readFileSync } from 'node:fs'
import type { LocalAgent } from '../agent/local-agent.ts'
import type { Asked } from './ask.ts'
import type { Cluster } from './cluster.ts'

const COVER_MS = 5000
const SCRAPED = 'up{job="kubelet",metrics_path="/metrics/cadvisor"} == 1'

/** Once the kubelet of this machine is scraped, its containers are told of by it alone. */
export function coverContainers(agent: LocalAgent, cluster: Cluster, ask: (expr: string) => Promise<Asked[]>): void {
  const boot = bootId()
  let isCovered = false
  cluster.repeats.every('cover', COVER_MS, async () => {
    const scraped = await ask(SCRAPED)
    isCovered = cluster.tellsOf(boot, new Set(scraped.map(({ labels }) => labels.node ?? '')))
  })
  agent.coverContainers(() => isCovered)
}

/** This machine's boot, as nodes name theirs; '' where it has none. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
