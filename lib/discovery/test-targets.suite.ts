import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { relabelConfigSchema, Relabeler } from '#lib/relabel'
import { kubernetesSdSchema } from './config.ts'
import { Discoveries } from './discoveries.ts'
import type { PoolPlan } from './pool-plan.ts'
import type { TestCluster } from './test-cluster.ts'

type Labels = Record<string, string>

/** For tests: the targets of a pool after relabelling, as labels with `__address__`, `__scheme__` and `__metrics_path__`. */
export async function targetsOf({ scrapeConfig, only }: PoolPlan, cluster: TestCluster): Promise<Labels[]> {
  const config = scrapeConfig as Record<string, unknown[]>
  const rules = v.parse(v.array(relabelConfigSchema()), config.relabel_configs)
  const relabeler = new Relabeler(rules)
  const sources = v.parse(v.array(kubernetesSdSchema), config.kubernetes_sd_configs ?? [])
  const found: Labels[] = []
  const discoveries = new Discoveries(cluster.subscribe, { ownNamespace: '' })
  const add = (labels: Labels): void => {
    const kept = relabeler.run({ ...defaultsOf(scrapeConfig), ...labels })
    if (kept) found.push(Object.fromEntries(Object.entries(kept).filter(([name]) => !/^__(meta|tmp)_/.test(name))))
  }
  const open = sources.map((source) =>
    discoveries.discover(
      source,
      (groups) => {
        for (const { targets, labels } of groups) for (const target of targets) add({ ...labels, ...target })
      },
      only,
    ),
  )
  await setImmediate()
  for (const one of open) one[Symbol.dispose]()
  for (const { targets, labels } of (config.static_configs ?? []) as { targets: string[]; labels: Labels }[]) {
    for (const address of targets) add({ ...labels, __address__: address })
  }
  return found
}

function defaultsOf(config: PoolPlan['scrapeConfig']): Labels {
  const text = (name: string, otherwise: string): string => {
    const value = config[name]
    return typeof value === 'string' ? value : otherwise
  }
  return {
    job: text('job_name', ''),
    __scheme__: text('scheme', 'http'),
    __metrics_path__: text('metrics_path', '/metrics'),
  }
}
