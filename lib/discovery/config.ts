import * as v from 'valibot'
import { checkFieldSelector, parseLabelSelector, SelectorError } from '#lib/kube'

/** The kinds of targets that are found in a cluster. */
export const kubernetesRoles = ['pod', 'service', 'endpoints', 'endpointslice', 'node', 'ingress'] as const
export type KubernetesRole = (typeof kubernetesRoles)[number]

const allowedSelectors: Readonly<Record<KubernetesRole, readonly KubernetesRole[]>> = {
  pod: ['pod', 'node'],
  service: ['service'],
  endpointslice: ['pod', 'service', 'endpointslice'],
  endpoints: ['pod', 'service', 'endpoints'],
  node: ['node'],
  ingress: ['ingress'],
}

const role = v.pipe(
  v.string(`role missing (one of: ${kubernetesRoles.join(', ')})`),
  v.rawTransform<string, KubernetesRole>(({ dataset, addIssue, NEVER }) => {
    const found = kubernetesRoles.find((name) => name === dataset.value)
    if (found) return found
    addIssue({
      message: dataset.value
        ? `unknown Kubernetes SD role ${JSON.stringify(dataset.value)}`
        : `role missing (one of: ${kubernetesRoles.join(', ')})`,
    })
    return NEVER
  }),
)

const selector = v.strictObject({
  role,
  label: v.pipe(v.optional(v.string(), ''), checked(parseLabelSelector)),
  field: v.pipe(v.optional(v.string(), ''), checked(checkFieldSelector)),
})

const namespaces = v.strictObject({
  own_namespace: v.optional(v.boolean(), false),
  names: v.optional(v.nullable(v.array(v.string()), []), []),
})

const attachMetadata = v.strictObject({
  node: v.optional(v.boolean(), false),
  namespace: v.optional(v.boolean(), false),
  deployment: v.optional(v.boolean(), false),
  job: v.optional(v.boolean(), false),
  cronjob: v.optional(v.boolean(), false),
})

/** The HTTP client's fields; what is inside them is checked by whoever speaks to that API server. */
const httpNames = [
  'basic_auth',
  'authorization',
  'oauth2',
  'bearer_token',
  'bearer_token_file',
  'tls_config',
  'follow_redirects',
  'enable_http2',
  'proxy_url',
  'no_proxy',
  'proxy_from_environment',
  'proxy_connect_header',
  'http_headers',
] as const

const httpDefaults: Readonly<Record<string, unknown>> = { follow_redirects: true, enable_http2: true }

const object = v.strictObject({
  role: v.optional(role, ''),
  api_server: v.optional(v.string(), ''),
  kubeconfig_file: v.optional(v.string(), ''),
  namespaces: v.optional(v.nullable(namespaces, {}), {}),
  selectors: v.optional(v.nullable(v.array(selector), []), []),
  attach_metadata: v.optional(v.nullable(attachMetadata, {}), {}),
  ...(Object.fromEntries(httpNames.map((name) => [name, v.optional(v.unknown())])) as Record<
    (typeof httpNames)[number],
    v.OptionalSchema<v.UnknownSchema, undefined>
  >),
})

/** One entry of `kubernetes_sd_configs`. */
export const kubernetesSdSchema = v.pipe(
  object,
  v.rawCheck(({ dataset, addIssue }) => {
    const mistake = dataset.typed ? mistakeOf(dataset.value) : undefined
    if (mistake !== undefined) addIssue({ message: mistake })
  }),
)

/** How targets are found in a cluster. Plain data: it travels between threads. */
export type KubernetesSdConfig = v.InferOutput<typeof kubernetesSdSchema>

/** What the file may leave out. */
export type KubernetesSdInput = v.InferInput<typeof kubernetesSdSchema> & { readonly role: KubernetesRole }

/** Reads one entry of `kubernetes_sd_configs`, with all defaults; throws ValiError. */
export function parseKubernetesSd(input: KubernetesSdInput): KubernetesSdConfig {
  return v.parse(kubernetesSdSchema, input)
}

type Plain = v.InferOutput<typeof object>

function mistakeOf(config: Plain): string | undefined {
  return httpMistake(config) ?? serverMistake(config) ?? selectorMistake(config)
}

function httpMistake(config: Plain): string | undefined {
  const hasBearer = Boolean(config.bearer_token) || Boolean(config.bearer_token_file)
  if (config.bearer_token && config.bearer_token_file) {
    return 'at most one of bearer_token & bearer_token_file must be configured'
  }
  const ways = [config.basic_auth, config.authorization, config.oauth2].filter(Boolean).length
  if (ways > 0 && hasBearer) {
    return 'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured'
  }
  return ways > 1 ? 'at most one of basic_auth, oauth2 & authorization must be configured' : undefined
}

function serverMistake(config: Plain): string | undefined {
  const hasHttp = httpNames.some((name) => config[name] !== undefined && config[name] !== httpDefaults[name])
  const { api_server: server, kubeconfig_file: file } = config
  if (server && file) return "cannot use 'kubeconfig_file' and 'api_server' simultaneously"
  if (file && hasHttp) return "cannot use a custom HTTP client configuration together with 'kubeconfig_file'"
  if (!server && hasHttp) {
    return "to use custom HTTP client configuration please provide the 'api_server' URL explicitly"
  }
  if (!config.namespaces.own_namespace) return undefined
  if (server) return "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously"
  return file ? "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously" : undefined
}

function selectorMistake(config: Plain): string | undefined {
  const seen = new Set<string>()
  const allowed = allowedSelectors[config.role]
  for (const one of config.selectors) {
    if (seen.has(one.role)) return `duplicated selector role: ${one.role}`
    seen.add(one.role)
    if (!allowed.includes(one.role)) return `${config.role} role supports only ${allowed.join(', ')} selectors`
  }
  return undefined
}

/** A check that passes on what a parser throws. */
function checked(parse: (text: string) => unknown): v.RawCheckAction<string> {
  return v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    try {
      parse(dataset.value)
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error
      addIssue({ message: error.message })
    }
  })
}
