import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ImageError, run } from './run.ts'

/** What a registry knows someone by. */
export interface Credentials {
  readonly user: string
  readonly password: string
}

interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly username?: string; readonly password?: string }>
  >
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly credsStore?: string
}

/** What `docker login`, or a program like it, has stored for a registry; undefined: nothing. */
export async function credentialsFor(registry: string): Promise<Credentials | undefined> {
  const file = join(process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json')
  if (!existsSync(file)) return undefined
  const config = readConfig(file)
  for (const key of keysOf(registry)) {
    const helper = config.credHelpers?.[key]
    const found = helper === undefined ? stored(config, key) : await ask(helper, key)
    if (found !== undefined) return found
  }
  return config.credsStore === undefined ? undefined : askStore(config.credsStore, registry)
}

function readConfig(file: string): DockerConfig {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DockerConfig
  } catch (error) {
    throw new ImageError(`read ${file}: ${(error as Error).message}`, { cause: error })
  }
}

/** Docker Hub is known by its first address. */
function keysOf(registry: string): readonly string[] {
  return registry === 'docker.io' ? ['https://index.docker.io/v1/', registry] : [registry, `https://${registry}`]
}

function stored({ auths }: DockerConfig, key: string): Credentials | undefined {
  const { auth, username, password } = auths?.[key] ?? {}
  if (username !== undefined && password !== undefined) return { user: username, password }
  if (auth === undefined || auth === '') return undefined
  const [, user, rest] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth, 'base64').toString()) ?? []
  if (user === undefined)
    throw new ImageError(`the stored credentials for ${key} are not USER:PASSWORD in base64: log in again`)
  return { user, password: rest }
}

/** https://docs.docker.com/reference/cli/docker/login/#credential-helper-protocol */
async function ask(helper: string, key: string): Promise<Credentials> {
  const answer = await run(`docker-credential-${helper}`, ['get'], { input: Buffer.from(key) })
  const { Username, Secret } = JSON.parse(answer.toString()) as { Username: string; Secret: string }
  return { user: Username, password: Secret }
}

/** The store for all registries fails where it has nothing for this one; then one pushes as no one. */
async function askStore(store: string, registry: string): Promise<Credentials | undefined> {
  try {
    return await ask(store, keysOf(registry)[0])
  } catch (error) {
    if (/credentials not found/i.test((error as Error).message)) return undefined
    throw error
  }
}
