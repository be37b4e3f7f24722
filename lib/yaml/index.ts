export { hideSecrets } from './hide-secrets.ts'
export { ConfigError, loadYaml } from './load.ts'
export type { Located } from './load.ts'
