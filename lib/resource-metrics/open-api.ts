import { createHash } from 'node:crypto'
import { type ApiAnswer, type ApiRequest, jsonAnswer, StatusError } from './api-answer.ts'
import { chooseMediaType } from './media-type.ts'
import { GROUP, GROUP_VERSION, type MetricsResource, nodesResource, podsResource, VERSION } from './resources.ts'

/** What the API is, as OpenAPI 2 and 3 tell it; undefined for another path. */
export function answerOpenApi(request: ApiRequest, version: string): ApiAnswer | undefined {
  const { path } = request
  if (path === '/openapi/v2') return document(request, openApi2(version))
  if (path === '/openapi/v3') return document(request, openApi3Index(version))
  if (path === `/openapi/v3/apis/${GROUP_VERSION}`) return document(request, openApi3(version))
  if (path.startsWith('/openapi/'))
    throw new StatusError(404, 'NotFound', 'the server could not find the requested resource')
  return undefined
}

/** A document with the ETag of its text. */
function document(request: ApiRequest, value: object): ApiAnswer {
  chooseMediaType(request.accept, [])
  const etag = `"${hashOf(value)}"`
  if (request.ifNoneMatch === etag) return { status: 304, headers: { etag }, body: [] }
  const answer = jsonAnswer(value)
  return { ...answer, headers: { ...answer.headers, etag } }
}

function hashOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32).toUpperCase()
}

function openApi3Index(version: string): object {
  const url = `/openapi/v3/apis/${GROUP_VERSION}?hash=${hashOf(openApi3(version))}`
  return { paths: { [`apis/${GROUP_VERSION}`]: { serverRelativeURL: url } } }
}

const NAMES = {
  NodeMetrics: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics',
  PodMetrics: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics',
  ContainerMetrics: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.ContainerMetrics',
  Quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  Duration: 'io.k8s.apimachinery.pkg.apis.meta.v1.Duration',
  Time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  ObjectMeta: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
  ListMeta: 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta',
}

type Refer = (name: string) => object

function openApi2(version: string): object {
  const refer: Refer = (name) => ({ $ref: `#/definitions/${name}` })
  return {
    swagger: '2.0',
    info: { title: 'Binnacle metrics-api', version },
    paths: paths((list) => ({
      produces: ['application/json'],
      responses: { '200': { description: 'OK', schema: refer(list) }, '401': { description: 'Unauthorized' } },
    })),
    definitions: schemas(refer),
  }
}

function openApi3(version: string): object {
  const refer: Refer = (name) => ({ $ref: `#/components/schemas/${name}` })
  const content = (name: string) => ({ 'application/json': { schema: refer(name) } })
  return {
    openapi: '3.0.0',
    info: { title: 'Binnacle metrics-api', version },
    paths: paths((name) => ({
      responses: { '200': { description: 'OK', content: content(name) }, '401': { description: 'Unauthorized' } },
    })),
    components: { schemas: schemas(refer) },
  }
}

function paths(answers: (schema: string) => object): object {
  const root = `/apis/${GROUP_VERSION}`
  const listOf = (resource: MetricsResource, namespaced: boolean) => operation(resource, true, namespaced, answers)
  const oneOf = (resource: MetricsResource) => operation(resource, false, resource.namespaced, answers)
  return {
    [`${root}/nodes`]: { get: listOf(nodesResource, false) },
    [`${root}/nodes/{name}`]: { get: oneOf(nodesResource) },
    [`${root}/pods`]: { get: listOf(podsResource, false) },
    [`${root}/namespaces/{namespace}/pods`]: { get: listOf(podsResource, true) },
    [`${root}/namespaces/{namespace}/pods/{name}`]: { get: oneOf(podsResource) },
  }
}

function operation(
  { kind, plural, namespaced }: MetricsResource,
  isList: boolean,
  isOfNamespace: boolean,
  answers: (schema: string) => object,
): object {
  const where = isOfNamespace ? 'Namespaced' : ''
  const all = isList && namespaced && !isOfNamespace ? 'ForAllNamespaces' : ''
  return {
    description: isList ? `list the use of ${plural}` : `read the use of one of the ${plural}`,
    operationId: `${isList ? 'list' : 'read'}MetricsV1beta1${where}${kind}${all}`,
    tags: ['metrics_v1beta1'],
    'x-kubernetes-action': isList ? 'list' : 'get',
    'x-kubernetes-group-version-kind': { group: GROUP, version: VERSION, kind },
    ...answers(NAMES[kind as keyof typeof NAMES] + (isList ? 'List' : '')),
  }
}

function schemas(refer: Refer): object {
  const usage = {
    description: 'Use by the name of the resource: cpu in cores, memory in bytes.',
    type: 'object',
    additionalProperties: refer(NAMES.Quantity),
  }
  const time = { metadata: refer(NAMES.ObjectMeta), timestamp: refer(NAMES.Time), window: refer(NAMES.Duration) }
  const required = ['timestamp', 'window']
  const containers = { type: 'array', items: refer(NAMES.ContainerMetrics) }
  const texts = { [NAMES.Quantity]: 'A quantity.', [NAMES.Duration]: 'A duration, such as 15s.' }
  return {
    ...kindSchemas('NodeMetrics', { ...time, usage }, [...required, 'usage'], refer),
    ...kindSchemas('PodMetrics', { ...time, containers }, [...required, 'containers'], refer),
    [NAMES.ContainerMetrics]: {
      description: 'Use of one container.',
      type: 'object',
      required: ['name', 'usage'],
      properties: { name: { type: 'string' }, usage },
    },
    ...Object.fromEntries(Object.entries(texts).map(([name, description]) => [name, { description, type: 'string' }])),
    [NAMES.Time]: { description: 'A time (RFC 3339).', type: 'string', format: 'date-time' },
    [NAMES.ObjectMeta]: { description: 'Metadata of an object.', type: 'object' },
    [NAMES.ListMeta]: { description: 'Metadata of a list.', type: 'object' },
  }
}

/** The schema of a kind and that of its list. */
function kindSchemas(kind: 'NodeMetrics' | 'PodMetrics', fields: object, required: string[], refer: Refer): object {
  const header = { apiVersion: { type: 'string' }, kind: { type: 'string' } }
  const known = (name: string) => [{ group: GROUP, version: VERSION, kind: name }]
  const what = kind === 'NodeMetrics' ? 'a node' : 'the containers of a pod'
  return {
    [NAMES[kind]]: {
      description: `Use of ${what} over a window.`,
      type: 'object',
      required,
      properties: { ...header, ...fields },
      'x-kubernetes-group-version-kind': known(kind),
    },
    [`${NAMES[kind]}List`]: {
      description: `A list of ${kind}.`,
      type: 'object',
      required: ['metadata', 'items'],
      properties: { ...header, metadata: refer(NAMES.ListMeta), items: { type: 'array', items: refer(NAMES[kind]) } },
      'x-kubernetes-group-version-kind': known(`${kind}List`),
    },
  }
}
