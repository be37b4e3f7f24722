import { matchesLabels, parseFieldSelector, parseLabelSelector, SelectorError } from '#lib/kube'
import { StatusError } from './api-answer.ts'
import type { ListedObject } from './figures.ts'
import { GROUP_VERSION } from './resources.ts'

type FieldTerm = ReturnType<typeof parseFieldSelector>[number]

const FIELDS = ['metadata.name', 'metadata.namespace']

/** The condition that `labelSelector` and `fieldSelector` of a request make. */
export function selection(query: URLSearchParams, plural: string): (object: ListedObject) => boolean {
  const labelText = query.get('labelSelector') ?? ''
  const fieldText = query.get('fieldSelector') ?? ''
  const refuse = (why: string): never => {
    const what = `${GROUP_VERSION}, Resource=${plural}`
    const message = `Unable to find ${JSON.stringify(what)} that match label selector ${JSON.stringify(labelText)}, field selector ${JSON.stringify(fieldText)}: ${why}`
    throw new StatusError(400, 'BadRequest', message)
  }
  const labels = read(
    () => parseLabelSelector(labelText),
    (why) => {
      throw new StatusError(400, 'BadRequest', why)
    },
  )
  const fields = read(() => parseFieldSelector(fieldText), refuse)
  const strange = fields.find(({ path }) => !FIELDS.includes(path))
  if (strange !== undefined)
    refuse(
      `${JSON.stringify(strange.path)} is not a known field selector: only ${FIELDS.map((field) => `"${field}"`).join(', ')}`,
    )
  return (object) => matchesLabels(labels, object.labels) && fields.every((term) => hasField(term, object))
}

function read<T>(parse: () => T, refuse: (why: string) => never): T {
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
