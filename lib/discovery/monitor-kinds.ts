import type { KubeObject, Resource } from '#lib/kube'
import { resources } from './resources.ts'
import type { CompiledMonitor } from './compiled-monitor.ts'
import type { Kind } from './kinds.ts'
import { monitorRecord } from './monitor-parts.ts'
import { compilePodMonitor } from './pod-monitor.ts'
import { compileProbe } from './probe.ts'
import { reason } from './reason.ts'
import { compileScrapeConfig } from './scrape-config-object.ts'
import { compileServiceMonitor } from './service-monitor.ts'

/** The monitor objects that are read where their definitions exist. */
export const monitorKinds: readonly Kind<CompiledMonitor>[] = [
  monitorKind('ServiceMonitor', resources.servicemonitors, compileServiceMonitor),
  monitorKind('PodMonitor', resources.podmonitors, compilePodMonitor),
  monitorKind('Probe', resources.probes, compileProbe),
  monitorKind('ScrapeConfig', resources.scrapeconfigs, compileScrapeConfig),
]

function monitorKind(
  kind: CompiledMonitor['kind'],
  resource: Resource,
  compile: (object: KubeObject) => CompiledMonitor,
): Kind<CompiledMonitor> {
  return {
    resource,
    record: (object) => compileSafely(kind, object, compile),
    refs: () => [],
  }
}

/** Anyone may write these objects: not even a mistake of ours in reading them may stop the process. */
function compileSafely(
  kind: CompiledMonitor['kind'],
  object: KubeObject,
  compile: (object: KubeObject) => CompiledMonitor,
): CompiledMonitor {
  try {
    return compile(object)
  } catch (error) {
    const text = (error as Error).message.slice(0, 200)
    return {
      ...monitorRecord(object, kind),
      namespaces: [],
      selector: undefined,
      endpoints: [],
      problems: [reason('invalid', { field: 'spec', text })],
    }
  }
}
