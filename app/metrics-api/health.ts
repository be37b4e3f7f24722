/** A condition of being well: why not, or ''. */
export interface HealthCheck {
  readonly name: string
  readonly trouble: () => string
}

/** What is asked at `/livez`, `/readyz` and `/healthz`; as k8s.io/apiserver answers, with `?verbose` and single checks. */
export class Health {
  readonly #checks: Readonly<Record<string, readonly HealthCheck[]>>

  constructor(live: readonly HealthCheck[], ready: readonly HealthCheck[]) {
    const ping = { name: 'ping', trouble: () => '' }
    this.#checks = { '/livez': [ping, ...live], '/healthz': [ping, ...live], '/readyz': [ping, ...live, ...ready] }
  }

  /** Undefined for a path that is none of these. */
  answer(url: URL): { status: number; text: string } | undefined {
    const [, root = '', name] = /^(\/\w+)(?:\/(.+))?$/.exec(url.pathname) ?? []
    const checks = Object.hasOwn(this.#checks, root) ? this.#checks[root] : undefined
    if (checks === undefined) return undefined
    if (name !== undefined) return single(checks.find((check) => check.name === name))
    const excluded = new Set(url.searchParams.getAll('exclude'))
    const results = checks
      .filter((check) => !excluded.has(check.name))
      .map(({ name: of, trouble }) => [of, trouble()] as const)
    const isWell = results.every(([, trouble]) => trouble === '')
    if (isWell && !url.searchParams.has('verbose')) return { status: 200, text: 'ok' }
    const lines = results.map(([of, trouble]) => (trouble === '' ? `[+]${of} ok` : `[-]${of} failed: ${trouble}`))
    const verdict = `${root.slice(1)} check ${isWell ? 'passed' : 'failed'}`
    return { status: isWell ? 200 : 500, text: [...lines, verdict, ''].join('\n') }
  }
}

function single(check: HealthCheck | undefined): { status: number; text: string } {
  if (check === undefined) return { status: 404, text: '404 page not found\n' }
  const trouble = check.trouble()
  return trouble === '' ? { status: 200, text: 'ok' } : { status: 500, text: `internal server error: ${trouble}\n` }
}
