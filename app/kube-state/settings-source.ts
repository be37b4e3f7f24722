import { type KubeStateSettings, loadCustomResources, loadOptionsFile } from '#lib/kube-state'
import type { TelemetryFamily } from '#lib/telemetry'
import { type KubeStateOptions, withOptionsFile } from './options.ts'
import { LoadTelemetry, readSettingsFile } from './watched-files.ts'

/** What flags and files say together. */
export interface Loaded {
  readonly options: KubeStateOptions
  readonly settings: KubeStateSettings
}

/** Joins the flags with their files, and sees when a file has changed. */
export class SettingsSource {
  readonly #flags: KubeStateOptions
  readonly #telemetry = new LoadTelemetry()
  #options: KubeStateOptions
  #seen = ''

  constructor(flags: KubeStateOptions) {
    this.#flags = flags
    this.#options = flags
  }

  /** Throws a ConfigError or OptionError for what cannot be used. */
  async load(): Promise<Loaded> {
    this.#seen = this.#texts()
    const { configFile, continueWithoutConfig } = this.#flags
    this.#options = await this.#measured('config', configFile, continueWithoutConfig, async (text) =>
      text === undefined ? this.#flags : withOptionsFile(this.#flags, await loadOptionsFile(text, configFile)),
    )
    const { settings, customResourceConfig, customResourceFile, continueWithoutCustomResourceFile } = this.#options
    const customResources =
      customResourceConfig !== ''
        ? await loadCustomResources(customResourceConfig, '--custom-resource-state-config')
        : await this.#measured(
            'customresourceconfig',
            customResourceFile,
            continueWithoutCustomResourceFile,
            async (text) => (text === undefined ? [] : loadCustomResources(text, customResourceFile)),
          )
    return { options: this.#options, settings: { ...settings, customResources } }
  }

  /** Whether a file is other than when it was loaded last. */
  hasChanged(): boolean {
    try {
      return this.#texts() !== this.#seen
    } catch {
      return false // a file that is being replaced: the next look sees the new one
    }
  }

  telemetry(): TelemetryFamily[] {
    return this.#telemetry.families()
  }

  #texts(): string {
    const { configFile, customResourceFile } = this.#options
    return [configFile, customResourceFile].map((file) => readSettingsFile(file, true) ?? '').join('\0')
  }

  async #measured<T>(
    type: string,
    file: string,
    mayBeMissing: boolean,
    use: (text: string | undefined) => Promise<T>,
  ): Promise<T> {
    try {
      const text = readSettingsFile(file, mayBeMissing)
      const result = await use(text)
      if (text !== undefined) this.#telemetry.loaded(type, file, text)
      return result
    } catch (error) {
      this.#telemetry.failed(type, file)
      throw error
    }
  }
}
