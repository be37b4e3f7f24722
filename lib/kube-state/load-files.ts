/** Files of settings. Most instances have none: what reads them (YAML, schemas: 10 MB) is loaded when there is one. */
import type { CustomResourceConfig } from './custom-resource/config.ts'
import type { OptionsFile } from './options-file.ts'

/** Reads the file of `--config`; a mistake is a ConfigError with its place. */
export async function loadOptionsFile(text: string, name: string): Promise<OptionsFile> {
  const { parseOptionsFile } = await import('./options-file.ts')
  return parseOptionsFile(text, name)
}

/** Reads a configuration of custom resource state; a mistake is a ConfigError with its place. */
export async function loadCustomResources(text: string, name: string): Promise<readonly CustomResourceConfig[]> {
  const { parseCustomResources } = await import('./custom-resource/config.ts')
  return parseCustomResources(text, name)
}
