import { matchesLabels, parseFieldSelector, parseLabelSelector, SelectorError } from '#lib/kube'
import { StatusError } from './api-answer.ts'
import type { ListedObject } from './figures.ts'

type FieldTerm = ReturnType<typeof parseFieldSelector>[number]

const FIELDS = ['metadata.name', 'metadata.namespace']

/** The condition that `labelSelector` and `fieldSelector` of a request make. Throws a StatusError. */
export function selection(query: URLSearchParams): (object: ListedObject) => boolean {
  const labels = read(() => parseLabelSelector(query.get('labelSelector') ?? ''))
  const fields = read(() => parseFieldSelector(query.get('fieldSelector') ?? ''))
  const strange = fields.find(({ path }) => !FIELDS.includes(path))
  if (strange !== undefined) {
    const known = FIELDS.map((field) => `"${field}"`).join(', ')
    refuse(`${JSON.stringify(strange.path)} is not a known field selector: only ${known}`)
  }
  return (object) => matchesLabels(labels, object.labels) && fields.every((term) => hasField(term, object))
}

function refuse(why: string): never {
  throw new StatusError(400, 'BadRequest', why)
}

function read<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof SelectorError) return refuse(error.reason)
    throw error
  }
}

function hasField({ path, negative, value }: FieldTerm, object: ListedObject): boolean {
  const actual = path === 'metadata.name' ? object.name : object.namespace
  return (actual === value) !== negative
}
