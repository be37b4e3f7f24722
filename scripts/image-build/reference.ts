import { ImageError } from './run.ts'

/** Where an image is pushed to. */
export interface Reference {
  /** The registry as people name it, which is also the key of its credentials. */
  readonly registry: string
  /** Where its API is. */
  readonly origin: string
  readonly repository: string
  readonly tag: string
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/
const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/

/** Reads `[REGISTRY/]REPOSITORY[:TAG]` as Docker does: https://pkg.go.dev/github.com/distribution/reference */
export function parseReference(text: string): Reference {
  const wrong = (what: string) =>
    new ImageError(`${text} is no place to push to: ${what}; REGISTRY/REPOSITORY:TAG is meant`)
  if (text.includes('@')) throw wrong('a digest cannot be chosen')
  const slash = text.indexOf('/')
  const first = text.slice(0, Math.max(slash, 0))
  const named = /[.:]|^localhost$/.test(first)
  const rest = named ? text.slice(slash + 1) : text
  const [, path = rest, tag = 'latest'] = /^([^:]*):(.*)$/s.exec(rest) ?? []
  if (!/^\w[\w.-]{0,127}$/.test(tag)) throw wrong(`the tag ${tag} is not one`)
  const registry = named ? first : 'docker.io'
  if (!/^([\w.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(registry)) throw wrong(`${registry} is not a host`)
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path
  if (repository.length > 255 || !REPOSITORY.test(repository)) throw wrong(`the repository ${path} is not one`)
  return { registry, origin: originOf(registry), repository, tag }
}

/** Only this machine's own registries are spoken to in the clear. */
function originOf(registry: string): string {
  if (registry === 'docker.io') return 'https://registry-1.docker.io'
  return `${LOOPBACK.test(registry) ? 'http' : 'https'}://${registry}`
}
