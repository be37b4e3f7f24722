import { type ApiAnswer, type ApiRequest, jsonAnswer, StatusError } from './api-answer.ts'
import type { FigureSource, ListedObject, ObjectSource } from './figures.ts'
import { chooseMediaType, type MediaType } from './media-type.ts'
import { measured, type Measured, metricsObject } from './metrics-object.ts'
import { GROUP, GROUP_VERSION, type MetricsPath } from './resources.ts'
import { selection } from './selection.ts'
import { type IncludeObject, partialMetadata, resourcesOf, tableColumns, tableRow } from './table.ts'

/** What answers are made of. */
export interface MetricsSource {
  readonly figures: FigureSource
  readonly objects: ObjectSource
  readonly nowMs: number
  /** Why a node or pod has no figures, as a sentence; undefined where nobody knows of it. */
  why?(plural: 'nodes' | 'pods', namespace: string, name: string): string | undefined
}

const FORMS = [
  'Table meta.k8s.io/v1',
  'Table meta.k8s.io/v1beta1',
  'PartialObjectMetadata meta.k8s.io/v1',
  'PartialObjectMetadataList meta.k8s.io/v1',
]
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
/** Items of a list are written so many at a time. */
const AT_ONCE = 200

/** Answers `get` or `list` of nodes and pods. Throws a StatusError for what is refused. */
export function answerMetrics(request: ApiRequest, path: MetricsPath, source: MetricsSource): ApiAnswer {
  refuseOthers(request, path)
  const form = chooseMediaType(request.accept, FORMS)
  const include = includeOf(request.query)
  if (path.name !== '') return one(found(path, source), form, include, source.nowMs)
  const isSelected = selection(request.query)
  const contentType = contentTypeOf(form)
  return { status: 200, headers: { 'content-type': contentType }, body: list(path, isSelected, form, include, source) }
}

function refuseOthers({ method, query }: ApiRequest, { resource, name }: MetricsPath): void {
  const details = { group: GROUP, kind: resource.plural }
  if (method !== 'GET' && method !== 'HEAD') {
    const message = 'the server does not allow this method on the requested resource'
    throw new StatusError(405, 'MethodNotAllowed', message, details)
  }
  if (name !== '' || !TRUE.has(query.get('watch') ?? '')) return
  const message = `watch is not supported on resources of kind "${resource.plural}.${GROUP}"`
  throw new StatusError(405, 'MethodNotAllowed', message, details)
}

function includeOf(query: URLSearchParams): IncludeObject {
  const include = query.get('includeObject') ?? ''
  if (include === 'None' || include === 'Metadata') return include
  if (include === '' || include === 'Object') return 'Object'
  const message = `unrecognized includeObject value: ${JSON.stringify(include)}`
  throw new StatusError(400, 'BadRequest', message)
}

function found({ resource, namespace, name }: MetricsPath, source: MetricsSource): Measured {
  const { objects, figures } = source
  const object = resource.plural === 'nodes' ? objects.node(name) : objects.pod(namespace, name)
  const result = object && measured(resource, object, figures)
  if (result !== undefined) return result
  const shown = namespace === '' ? name : `${namespace}/${name}`
  const why = source.why?.(resource.plural, namespace, name)
  const message = `${resource.plural}.${GROUP} ${JSON.stringify(shown)} not found${why === undefined ? '' : `: ${why}`}`
  throw new StatusError(404, 'NotFound', message, { name: shown, group: GROUP, kind: resource.plural })
}

function one(result: Measured, form: MediaType, include: IncludeObject, nowMs: number): ApiAnswer {
  if (form.as === 'Table') {
    const rows = [tableRow(result, resourcesOf(result), include, nowMs)]
    const table = { kind: 'Table', apiVersion: `${form.group}/${form.version}`, metadata: {} }
    return jsonAnswer({ ...table, columnDefinitions: tableColumns(result), rows }, 200, contentTypeOf(form))
  }
  if (form.as === 'PartialObjectMetadata') return jsonAnswer(partialMetadata(result, nowMs), 200, contentTypeOf(form))
  return jsonAnswer(metricsObject(result, nowMs, false))
}

function contentTypeOf({ as, group, version }: MediaType): string {
  return as === '' ? 'application/json' : `application/json;as=${as};g=${group};v=${version}`
}

/** The list in parts. What lists the objects may fail: that is before the first part. */
function list(
  { resource, namespace }: MetricsPath,
  isSelected: (object: ListedObject) => boolean,
  form: MediaType,
  include: IncludeObject,
  { figures, objects, nowMs }: MetricsSource,
): Iterable<string> {
  const listed = resource.plural === 'nodes' ? objects.nodes() : objects.pods(namespace)
  const results = resultsOf(listed, isSelected, (object) => measured(resource, object, figures))
  if (form.as === 'Table') return table(results, form, include, nowMs)
  if (form.as !== '')
    return items('PartialObjectMetadataList', 'meta.k8s.io/v1', results, (result) =>
      partialMetadata(result, nowMs, true),
    )
  return items(`${resource.kind}List`, GROUP_VERSION, results, (result) => metricsObject(result, nowMs, true))
}

function* resultsOf(
  listed: Iterable<ListedObject>,
  isSelected: (object: ListedObject) => boolean,
  measure: (object: ListedObject) => Measured | undefined,
): Generator<Measured> {
  for (const object of listed) {
    const result = isSelected(object) ? measure(object) : undefined
    if (result !== undefined) yield result
  }
}

function* items(
  kind: string,
  apiVersion: string,
  results: Iterable<Measured>,
  item: (result: Measured) => object,
): Generator<string> {
  yield `${JSON.stringify({ kind, apiVersion, metadata: {} }).slice(0, -1)},"items":[`
  yield* inParts(results, item)
  yield ']}\n'
}

function* table(
  results: Iterator<Measured> & Iterable<Measured>,
  form: MediaType,
  include: IncludeObject,
  nowMs: number,
) {
  const first = results.next()
  const head = { kind: 'Table', apiVersion: `${form.group}/${form.version}`, metadata: {} }
  if (first.done) {
    yield `${JSON.stringify({ ...head, columnDefinitions: [], rows: [] })}\n`
    return
  }
  yield `${JSON.stringify({ ...head, columnDefinitions: tableColumns(first.value) }).slice(0, -1)},"rows":[`
  const resources = resourcesOf(first.value)
  yield* inParts(withFirst(first.value, results), (result) => tableRow(result, resources, include, nowMs))
  yield ']}\n'
}

function* withFirst<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first
  yield* rest
}

/** Objects as JSON, with commas between them. */
function* inParts(results: Iterable<Measured>, item: (result: Measured) => object): Generator<string> {
  let part: string[] = []
  let comma = ''
  for (const result of results) {
    part.push(JSON.stringify(item(result)))
    if (part.length < AT_ONCE) continue
    yield comma + part.join(',')
    comma = ','
    part = []
  }
  if (part.length > 0) yield comma + part.join(',')
}
