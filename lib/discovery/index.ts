export { kubernetesRoles, kubernetesSdSchema, parseKubernetesSd } from './config.ts'
export type { KubernetesRole, KubernetesSdConfig, KubernetesSdInput } from './config.ts'
export type { DiscoveredGroup } from './target-group.ts'
