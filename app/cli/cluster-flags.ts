import { Option } from 'commander'
import { parseDuration } from '#lib/model'
import type { ClusterOptions } from '../server/cluster-options.ts'
import { collectValues, duration, wholeNumber } from './options.ts'

/** Which cluster is watched, and how. */
export function clusterFlags(isUp: boolean): Option[] {
  return [
    new Option('--kube <when>', 'auto: watch the cluster that is found; off: look for none')
      .choices(['auto', 'off'])
      .default('auto'),
    new Option(
      '--kube.config <file>',
      'a kubeconfig; without it $KUBECONFIG, in a pod its service account, then ~/.kube/config',
    ),
    new Option('--kube.context <name>', 'a context of the kubeconfig; without it its current one'),
    new Option('--kube.namespace <name>', 'watch only this namespace (repeat for more)')
      .argParser(collectValues)
      .default([]),
    new Option(
      '--kube.scrape-config-namespace <name>',
      'take Probe and ScrapeConfig objects of this namespace (repeat for more)',
    )
      .argParser(collectValues)
      .default([]),
    new Option(
      '--kube.namespace-target-limit <n>',
      'targets that the objects of one namespace may ask for; 0: no limit',
    )
      .argParser(wholeNumber)
      .default(1000),
    new Option(
      '--kube.namespace-sample-limit <n>',
      'samples that one round of scrapes of the targets of one namespace may give; 0: no limit',
    )
      .argParser(wholeNumber)
      .default(1_000_000),
    new Option(
      '--kube.state <where>',
      'self: the state of the cluster is told by this program; pods: by pods of binnacle kube-state, which are scraped',
    )
      .choices(['self', 'pods'])
      .default('self'),
    new Option(
      '--kube.pins-configmap <name>',
      'in a pod: the ConfigMap that remembers certificates of kubelets; without it a file of the data folder does',
    ).default(''),
    new Option('--kube.scrape-interval <duration>', "how often the cluster's targets are scraped")
      .argParser(duration)
      .default(isUp ? '10s' : '30s'),
  ]
}

/** The same as the server takes it. */
export function clusterOptions(given: Readonly<Record<string, unknown>>): ClusterOptions {
  return {
    isWanted: given.kube !== 'off',
    kubeconfig: given['kube.config'] as string | undefined,
    context: given['kube.context'] as string | undefined,
    namespaces: given['kube.namespace'] as string[],
    scrapeConfigNamespaces: given['kube.scrape-config-namespace'] as string[],
    namespaceTargetLimit: given['kube.namespace-target-limit'] as number,
    namespaceSampleLimit: given['kube.namespace-sample-limit'] as number,
    stateFromPods: given['kube.state'] === 'pods',
    pinsConfigMap: String(given['kube.pins-configmap'] ?? ''),
    intervalMs: parseDuration(String(given['kube.scrape-interval'])),
  }
}
